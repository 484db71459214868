package org.moslora.layers;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import java.util.List;
import java.util.function.Function;

/**
 * Owns native arrays and frees them together when it is closed. A model has one for its weights, every training step
 * one for what it makes on the way, so that the memory of step N is the memory of step 10. Used by one thread.
 */
public final class Arena implements AutoCloseable {
    private final PtNDManager manager;
    private final Residency residency;
    private final boolean trains;

    private Arena(NDManager manager, Residency residency, boolean trains) {
        this.manager = (PtNDManager) manager;
        this.residency = residency;
        this.trains = trains;
    }

    /** An arena of its own, for whatever lives as long as a model does. */
    public static Arena open(Compute compute) {
        NDManager manager = NDManager.newBaseManager(compute.device(), "PyTorch");
        return new Arena(manager, new Residency(compute.keptWeights()), compute.trains());
    }

    /** An arena that is closed with this one at the latest. */
    public Arena child() {
        return new Arena(manager.newSubManager(), residency, trains);
    }

    /** How many arrays and child arenas are alive in here. */
    public int live() {
        return manager.getManagedArrays().size();
    }

    /** An array of fp32 zeros. */
    public NDArray zeros(long... shape) {
        return NativeCalls.during(() -> manager.zeros(new Shape(shape)));
    }

    /** An fp32 array with the given values in row-major order. */
    public NDArray floats(float[] values, long... shape) {
        return made(host -> host.create(values, new Shape(shape)));
    }

    /** The fp32 identity matrix. */
    public NDArray identity(int size) {
        float[] ones = new float[size * size];
        for (int i = 0; i < size; i++) {
            ones[i * size + i] = 1;
        }
        return floats(ones, size, size);
    }

    /**
     * Arrays one after the other.
     *
     * @param shape of all of them together
     */
    public NDArray stacked(List<float[]> parts, long... shape) {
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return floats(all, shape);
    }

    /** An int64 vector. */
    public NDArray longs(long... values) {
        return made(host -> host.create(values));
    }

    /** An int64 vector of ints. */
    public NDArray longs(int... values) {
        long[] wide = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return longs(wide);
    }

    /**
     * An array of values of the host. What a GPU gets is made on the host first and uploaded, which does not wait for what
     * the GPU still computes; made on the GPU at once it would.
     */
    private NDArray made(Function<NDManager, NDArray> making) {
        if (!manager.getDevice().isGpu()) {
            return NativeCalls.during(() -> making.apply(manager));
        }
        try (Arena host = new Arena(manager.newSubManager(Device.cpu()), residency, trains)) {
            NDArray values = NativeCalls.during(() -> making.apply(host.manager));
            return Kernels.get().one(this, "uploaded", values, Compute.name(manager.getDevice()));
        }
    }

    /** An array without entries: how kernels are told that something is absent. */
    public NDArray none() {
        return manager.zeros(new Shape(0));
    }

    /** Hands an array over to this arena, for example out of a step's arena into the model's. */
    public NDArray adopt(NDArray array) {
        array.attach(manager);
        return array;
    }

    PtNDManager manager() {
        return manager;
    }

    /** Of the offloaded weights of all blocks in here and in what this is a child of. */
    Residency residency() {
        return residency;
    }

    /** Whether what is made in here is trained, on the CPU. */
    boolean trains() {
        return trains && !manager.getDevice().isGpu();
    }

    @Override
    public void close() {
        NativeCalls.during(() -> {
            manager.close();
            return manager;
        });
    }
}
