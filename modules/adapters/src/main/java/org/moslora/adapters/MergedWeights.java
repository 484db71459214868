package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/**
 * The tensors of a model with adapters added in: W + Σ weight·(W' − W), where W' is what an adapter makes of W, summed
 * in fp32 and rounded once. Each is computed when it is written, so that one tensor at a time is in memory.
 */
public final class MergedWeights {
    private static final String WEIGHT = ".weight";

    private final WeightSource base;
    private final FixedAdapters adapters;
    private final UnaryOperator<String> canonical;
    private final Arena arena;
    private final @Nullable DType type;
    private int touched;

    /**
     * A view of the base.
     *
     * @param canonical the model's name of a file's key
     * @param type number format of all floating tensors; null to keep each one's
     */
    public MergedWeights(
            WeightSource base,
            FixedAdapters adapters,
            UnaryOperator<String> canonical,
            Arena arena,
            @Nullable DType type) {
        this.base = base;
        this.adapters = adapters;
        this.canonical = canonical;
        this.arena = arena;
        this.type = type;
    }

    /** How many tensors asked for so far are changed by an adapter. */
    public int touched() {
        return touched;
    }

    /** One tensor under the key that the base's file gives it. */
    public TensorData tensor(String key) {
        TensorInfo info = base.info(key);
        DType wanted = type == null || !info.dtype().isFloating() ? info.dtype() : type;
        String name = canonical.apply(key);
        for (AdapterFile file : adapters.files()) {
            if (file.projector().contains(name)) {
                touched++;
                return new Computed(new TensorInfo(key, wanted, info.shape()), step -> file.wideProjector(step, name));
            }
        }
        String path = name.endsWith(WEIGHT) ? name.substring(0, name.length() - WEIGHT.length()) : "";
        if (adapters.touches(path)) {
            touched++;
            return new Computed(
                    new TensorInfo(key, wanted, info.shape()),
                    step -> adapters.added(step, Compute.cpu(), wide(step, key), path));
        }
        if (wanted == info.dtype()) {
            return TensorData.copy(base, key);
        }
        return new Computed(new TensorInfo(key, wanted, info.shape()), step -> wide(step, key));
    }

    private NDArray wide(Arena step, String key) {
        return new FrozenTensors(base, step, Compute.cpu()).wide(key);
    }

    /** Makes a tensor's values when they are to be written. */
    @FunctionalInterface
    private interface Maker {
        NDArray make(Arena step);
    }

    private final class Computed implements TensorData {
        private final TensorInfo info;
        private final Maker maker;

        private Computed(TensorInfo info, Maker maker) {
            this.info = info;
            this.maker = maker;
        }

        @Override
        public TensorInfo info() {
            return info;
        }

        @Override
        public void writeTo(WritableByteChannel channel) throws IOException {
            try (Arena step = arena.child()) {
                ArrayData.of(step, info.name(), maker.make(step), info.dtype()).writeTo(channel);
            }
        }
    }
}
