package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.quantised.Packing;
import org.moslora.layers.quantised.Quantisation;
import org.moslora.layers.quantised.WeightMaker;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.DType;
import org.moslora.tensors.Packed;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/**
 * The tensors of a model with adapters added in: W + Σ weight·(W' − W), where W' is what an adapter makes of W, summed
 * in fp32 and rounded once. Each is computed when it is written, so that one tensor at a time is in memory.
 */
public final class MergedWeights {
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    private final WeightSource base;
    private final LoadedAdapters adapters;
    private final UnaryOperator<String> canonical;
    private final Arena arena;
    private final @Nullable DType type;
    private int touched;

    /**
     * A view of the base.
     *
     * @param canonical the model's name of a file's key
     * @param type number format of all floating tensors; null to keep each one's
     * @throws InvalidInput when an adapter has a bias for a layer without one
     */
    public MergedWeights(
            WeightSource base,
            LoadedAdapters adapters,
            UnaryOperator<String> canonical,
            Arena arena,
            @Nullable DType type) {
        this.base = base;
        this.adapters = adapters;
        this.canonical = canonical;
        this.arena = arena;
        this.type = type;
        checkBiases();
    }

    private void checkBiases() {
        Set<String> names = base.names().stream().map(canonical).collect(Collectors.toSet());
        Problems problems = new Problems();
        for (AdapterFile file : adapters.files()) {
            List<String> homeless = file.layers().keySet().stream()
                    .filter(path -> adapters.updates(path).shiftBias())
                    .filter(path -> names.contains(path + WEIGHT) && !names.contains(path + BIAS))
                    .toList();
            if (!homeless.isEmpty()) {
                problems.add(
                        file.path().toString(),
                        "has trained biases for %d layers that have none, so that the model cannot take them in: %s; use it"
                                + " beside the model with " + FieldName.of("adapter"),
                        homeless.size(),
                        AdapterNames.shortened(homeless));
            }
        }
        problems.throwIfAny();
    }

    /** How many tensors asked for so far are changed by an adapter. */
    public int touched() {
        return touched;
    }

    /**
     * One tensor of a base of plain weights under the key that its file gives it.
     *
     * @throws InvalidInput when it is a quantised weight
     */
    public TensorData tensor(String key) {
        base.packed(key).ifPresent(held -> {
            throw new InvalidInput(
                    base.origin().toString(),
                    key + " is held in " + held.form() + "; this needs plain numbers: take the 16-bit model");
        });
        return tensors(key).get(0);
    }

    /**
     * One tensor under the key that the base's file gives it, what has 8 bits in BF16. A quantised weight is several: as they are, or made anew in
     * the same form where an adapter changes it.
     */
    public List<TensorData> tensors(String key) {
        TensorInfo info = base.info(key);
        DType wanted = type == null || !info.dtype().isFloating() ? info.dtype().written() : type;
        WeightMaker changed = changed(key);
        if (changed != null) {
            touched++;
        }
        Packed packed = base.packed(key).orElse(null);
        if (packed != null) {
            Coexistence.checkPlain(adapters.updates(path(canonical.apply(key))));
            return changed == null
                    ? packed.names().stream()
                            .map(part -> TensorData.copy(packed.parts(), part))
                            .toList()
                    : Quantisation.of(packed).tensors(arena, Packing.as(packed), changed);
        }
        if (changed == null && wanted == info.dtype()) {
            return List.of(TensorData.copy(base, key));
        }
        WeightMaker maker = changed == null ? step -> wide(step, key) : changed;
        return List.of(new Computed(arena, new TensorInfo(key, wanted, info.shape()), maker));
    }

    /** What an adapter makes of a tensor, in fp32; null where none touches it. */
    private @Nullable WeightMaker changed(String key) {
        String name = canonical.apply(key);
        for (AdapterFile file : adapters.files()) {
            if (file.projector().contains(name)) {
                return step -> file.wideProjector(step, name);
            }
        }
        String path = path(name);
        String biased = name.endsWith(BIAS) ? name.substring(0, name.length() - BIAS.length()) : "";
        LayerUpdates shifts = adapters.updates(biased);
        if (shifts.shiftBias()) {
            return step -> shifts.shifted(step, Compute.cpu(), wide(step, key));
        }
        LayerUpdates updates = adapters.updates(path);
        return updates.isEmpty() ? null : step -> updates.added(step, Compute.cpu(), wide(step, key));
    }

    /** The layer whose weight has a name; empty for any other tensor. */
    private static String path(String name) {
        return name.endsWith(WEIGHT) ? name.substring(0, name.length() - WEIGHT.length()) : "";
    }

    private NDArray wide(Arena step, String key) {
        return new FrozenTensors(base, step, Compute.cpu()).wide(key);
    }

    private record Computed(Arena arena, TensorInfo info, WeightMaker maker) implements TensorData {
        @Override
        public void writeTo(WritableByteChannel channel) throws IOException {
            try (Arena step = arena.child()) {
                ArrayData.of(step, info.name(), maker.make(step), info.dtype()).writeTo(channel);
            }
        }
    }
}
