package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;

/**
 * MoSLoRA (arXiv:2406.11909, section 3): a learnable mixer M [r, r] in every layer. Folded once a step into A' = s·M·A,
 * so that a step costs what LoRA's costs; dM = s·dA'·Aᵀ and dA = s·Mᵀ·dA' bring the gradient back.
 */
final class MixerCore implements Core {
    private final MixerInit init;
    private int rank;
    private FlatParameters.@Nullable Place place;
    private final List<NDArray> layers = new ArrayList<>();
    private @Nullable NDArray mixer;
    private @Nullable NDArray gradient;

    MixerCore(MixerInit init) {
        this.init = init;
    }

    @Override
    public void reserve(FlatParameters.Plan plan, String group, int count, int ranks) {
        rank = ranks;
        place = plan.reserve(group, count, ranks, ranks);
    }

    @Override
    public void attach(FlatParameters parameters, Arena arena, long[] seeds) {
        FlatParameters.Place reserved = present(place);
        mixer = parameters.value(reserved);
        gradient = parameters.gradient(reserved);
        for (int i = 0; i < seeds.length; i++) {
            NDArray layer = Kernels.get().one(arena, "row", mixer, i);
            layers.add(layer);
            try (Arena drawing = arena.child()) {
                Kernels.get().call(drawing, "copied_into", layer, start(drawing, seeds[i]));
            }
        }
    }

    private NDArray start(Arena arena, long seed) {
        return switch (init) {
            case KAIMING -> Kernels.get().one(arena, "uniform", new long[] {rank, rank}, 1 / Math.sqrt(rank), seed);
            case ORTHOGONAL -> Kernels.get().one(arena, "orthogonal", rank, seed);
            case IDENTITY -> identity(arena);
        };
    }

    private NDArray identity(Arena arena) {
        float[] ones = new float[rank * rank];
        for (int i = 0; i < rank; i++) {
            ones[i * rank + i] = 1;
        }
        return arena.floats(ones, rank, rank);
    }

    @Override
    public void fold(Arena arena, NDArray down, double scale, NDArray pair) {
        Kernels.get().call(arena, "fold", present(mixer), down, scale, pair);
    }

    @Override
    public void pullBack(Arena arena, NDArray pairGradient, NDArray down, double scale) {
        Kernels.get().call(arena, "pull_back", pairGradient, present(mixer), down, scale, present(gradient));
    }

    @Override
    public Map<String, NDArray> tensors(int layer) {
        return Map.of(AdapterNames.MIXER, layers.get(layer));
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the core is not attached yet");
        }
        return value;
    }
}
