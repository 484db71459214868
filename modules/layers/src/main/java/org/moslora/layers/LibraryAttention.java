package org.moslora.layers;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether attention is computed by libtorch's own kernels, which keep no scores, or written out as products and a softmax.
 * On a GPU they are tried once, forward and backward, on little that is known; where they are not there for that GPU, or
 * do not give what is written out, it is written out.
 */
final class LibraryAttention {
    /** Their products may be of fewer digits than fp32 has. */
    private static final double MOST = 2e-2;

    private static final Map<Device, Boolean> SERVES = new ConcurrentHashMap<>();

    private LibraryAttention() {}

    /** Whether it is to be written out on the device that an arena makes its arrays on. */
    static boolean isWrittenOut(Arena arena) {
        Device device = arena.manager().getDevice();
        return device.isGpu() && !SERVES.computeIfAbsent(device, each -> serves(arena));
    }

    static boolean serves(Arena arena) {
        try (Arena trying = arena.child();
                NDArray like = trying.zeros(1)) {
            return difference(trying, like) <= MOST;
        } catch (EngineException absent) {
            return false;
        }
    }

    /** How far the two are from each other on the device of an array. */
    static double difference(Arena arena, NDArray like) {
        return Kernels.get().one(arena, "attention_differs", like).getFloat();
    }
}
