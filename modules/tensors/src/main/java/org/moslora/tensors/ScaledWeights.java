package org.moslora.tensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A source in which weights of 8 bits that have a scale are multiplied with it when they are read: as F32, in memory of
 * their own.
 *
 * @param scales of each such weight one, or one a row
 * @param names of all tensors but the scales
 */
record ScaledWeights(WeightSource base, Map<String, float[]> scales, Set<String> names) implements WeightView {
    private static final int CODES = 256;
    private static final long PIECE = 1L << 28;

    @Override
    public TensorInfo info(String name) {
        if (!names.contains(name)) {
            throw NoSuchTensor.in(origin(), name, names);
        }
        TensorInfo info = base.info(name);
        return scales.containsKey(name) ? new TensorInfo(info.name(), DType.F32, info.shape()) : info;
    }

    @Override
    public DType stored(String name) {
        return base.stored(name);
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        float[] own = scales.get(name);
        if (own == null) {
            return base.bytes(name);
        }
        TensorInfo info = base.info(name);
        Product product = new Product(info.dtype(), own, info.elements() / own.length);
        List<ByteBuffer> pieces = new ArrayList<>();
        for (ByteBuffer codes : base.bytes(name)) {
            while (codes.hasRemaining()) {
                pieces.add(product.of(codes, (int) Math.min(PIECE, codes.remaining())));
            }
        }
        return List.copyOf(pieces);
    }

    /** Multiplies codes in order. */
    private static final class Product {
        private final DType type;
        private final float[] scales;
        private final long each;
        private final float[] table = new float[CODES];
        private long left;
        private int next;

        Product(DType type, float[] scales, long each) {
            this.type = type;
            this.scales = scales;
            this.each = each;
        }

        ByteBuffer of(ByteBuffer codes, int count) {
            ByteBuffer made = ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                if (left == 0) {
                    nextScale();
                }
                left--;
                made.putFloat(table[codes.get() & 0xff]);
            }
            return made.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        private void nextScale() {
            for (int code = 0; code < CODES; code++) {
                table[code] = Float8.of(type, (byte) code) * scales[next];
            }
            left = each;
            next++;
        }
    }
}
