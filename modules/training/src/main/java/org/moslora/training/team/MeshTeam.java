package org.moslora.training.team;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Precision;

/**
 * A team over connections from each to each. An array is summed stretch by stretch: rank k gets everybody's k-th part of a
 * stretch, adds them in the order of ranks and sends the sum round. That takes two hops and 2(N − 1)/N of the array each
 * way, and the same members come to the same bits every time.
 */
public final class MeshTeam implements Team {
    /** Floats that are under way at a time. */
    private static final int STRETCH = 4 << 20;

    private final Membership own;
    private final Mesh mesh;
    private final ByteBuffer[] leaving;
    private final ByteBuffer[] coming;

    private MeshTeam(Membership own, Mesh mesh) {
        this.own = own;
        this.mesh = mesh;
        this.leaving = new ByteBuffer[own.size()];
        this.coming = new ByteBuffer[own.size()];
        for (int rank = 0; rank < own.size(); rank++) {
            leaving[rank] = bytes(Long.BYTES);
            coming[rank] = bytes(Long.BYTES);
        }
    }

    /**
     * Connects this process with the others of its team.
     *
     * @param host where they reach it
     * @throws PeerLost where one does not come within a minute
     */
    public static Team join(Membership own, String host, AddressExchange exchange) {
        return new MeshTeam(own, Mesh.join(own, host, exchange));
    }

    @Override
    public int rank() {
        return own.rank();
    }

    @Override
    public int size() {
        return own.size();
    }

    @Override
    public boolean isLed() {
        return true;
    }

    @Override
    public int seat() {
        return mesh.seat();
    }

    @Override
    public void sum(Arena arena, NDArray values) {
        for (long start = 0; size() > 1 && start < values.size(); start += STRETCH) {
            int count = (int) Math.min(STRETCH, values.size() - start);
            try (Arena step = arena.child()) {
                float[] part = floats(step, values, start, count);
                sum(part);
                NDArray window = Kernels.get().one(step, "window", values, start, new long[] {count});
                Kernels.get().call(step, "copied_into", window, step.floats(part, count));
            }
        }
    }

    private static float[] floats(Arena arena, NDArray values, long start, int count) {
        NDArray stretch = Kernels.get().one(arena, "stretch", values, start, (long) count, Precision.FP32.scalarType());
        float[] floats = new float[count];
        stretch.toByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer().get(floats);
        return floats;
    }

    /** Adds up an array over all members, in place: the bits depend on the numbers and the size of the team alone. */
    void sum(float[] values) {
        int[] from = new int[size() + 1];
        for (int rank = 0; rank <= size(); rank++) {
            from[rank] = (int) ((long) values.length * rank / size());
        }
        @Nullable ByteBuffer[] out = new ByteBuffer[size()];
        @Nullable ByteBuffer[] in = new ByteBuffer[size()];
        int mine = from[rank() + 1] - from[rank()];
        for (int rank = 0; rank < size(); rank++) {
            if (rank != rank()) {
                out[rank] = packed(rank, values, from[rank], from[rank + 1] - from[rank]);
                in[rank] = room(coming, rank, mine * Float.BYTES);
            }
        }
        mesh.exchange(out, in);
        added(values, from[rank()], mine, in);
        ByteBuffer sum = packed(rank(), values, from[rank()], mine);
        for (int rank = 0; rank < size(); rank++) {
            if (rank != rank()) {
                out[rank] = sum.duplicate();
                in[rank] = room(coming, rank, (from[rank + 1] - from[rank]) * Float.BYTES);
            }
        }
        mesh.exchange(out, in);
        for (int rank = 0; rank < size(); rank++) {
            ByteBuffer came = in[rank];
            if (came != null) {
                came.flip().asFloatBuffer().get(values, from[rank], from[rank + 1] - from[rank]);
            }
        }
    }

    /** In the order of ranks, whoever adds. */
    private void added(float[] values, int start, int count, @Nullable ByteBuffer[] in) {
        float[] sum = new float[count];
        float[] part = new float[count];
        for (int rank = 0; rank < size(); rank++) {
            ByteBuffer came = in[rank];
            if (came == null) {
                System.arraycopy(values, start, part, 0, count);
            } else {
                came.flip().asFloatBuffer().get(part);
            }
            if (rank == 0) {
                System.arraycopy(part, 0, sum, 0, count);
            } else {
                for (int i = 0; i < count; i++) {
                    sum[i] += part[i];
                }
            }
        }
        System.arraycopy(sum, 0, values, start, count);
    }

    /** What goes to a member, in a buffer that is kept from one sum to the next. */
    private ByteBuffer packed(int to, float[] values, int start, int count) {
        ByteBuffer bytes = room(leaving, to, count * Float.BYTES);
        bytes.asFloatBuffer().put(values, start, count);
        return bytes;
    }

    private static ByteBuffer room(ByteBuffer[] kept, int rank, int bytes) {
        if (kept[rank].capacity() < bytes) {
            kept[rank] = bytes(bytes);
        }
        return kept[rank].clear().limit(bytes);
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocateDirect(count).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public double sum(double value) {
        double sum = 0;
        for (long bits : gathered(Double.doubleToRawLongBits(value))) {
            sum += Double.longBitsToDouble(bits);
        }
        return sum;
    }

    @Override
    public long sum(long value) {
        long sum = 0;
        for (long each : gathered(value)) {
            sum += each;
        }
        return sum;
    }

    /** Everybody's number, by rank. */
    private long[] gathered(long value) {
        @Nullable ByteBuffer[] out = new ByteBuffer[size()];
        @Nullable ByteBuffer[] in = new ByteBuffer[size()];
        for (int rank = 0; rank < size(); rank++) {
            if (rank != rank()) {
                out[rank] = room(leaving, rank, Long.BYTES).putLong(0, value);
                in[rank] = room(coming, rank, Long.BYTES);
            }
        }
        mesh.exchange(out, in);
        long[] all = new long[size()];
        for (int rank = 0; rank < size(); rank++) {
            ByteBuffer came = in[rank];
            all[rank] = came == null ? value : came.getLong(0);
        }
        return all;
    }

    @Override
    public void mustAgree(Arena arena, NDArray values, String when) {
        CRC32C crc = new CRC32C();
        for (long start = 0; size() > 1 && start < values.size(); start += STRETCH) {
            int count = (int) Math.min(STRETCH, values.size() - start);
            try (Arena step = arena.child()) {
                NDArray stretch =
                        Kernels.get().one(step, "stretch", values, start, (long) count, Precision.FP32.scalarType());
                crc.update(stretch.toByteBuffer());
            }
        }
        mustAgree(crc.getValue(), when);
    }

    /** @param sum of what must be the same for all */
    void mustAgree(long sum, String when) {
        long[] all = gathered(sum);
        for (int rank = 1; rank < all.length; rank++) {
            if (all[rank] != all[0]) {
                throw new IllegalStateException(when + " worker " + rank + " at " + mesh.address(rank)
                        + " has other values than worker 0 at " + mesh.address(0)
                        + ": their processors round differently. Let machines of one kind share a training");
            }
        }
    }

    @Override
    public void close() {
        mesh.close();
    }
}
