package org.moslora.training;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.layers.Arena;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;
import org.moslora.problems.InvalidInput;

/**
 * Muon (Jordan et al. 2024) for the weights of linears and convolutions, the latter as [outputs, all the rest], and
 * {@link AdamW} for tables, norms, biases and factors of adapters, which are no matrices to it. For training from nothing:
 * it takes fewer steps than AdamW and costs some products of matrices more in each.
 */
public final class Muon implements Optimizer {
    private static final double MOMENTUM = 0.95;

    private final AdamW others;
    private final NDArray momentum;
    private final double decay;
    private final List<Stretch> stretches = new ArrayList<>();

    private record Stretch(double rate, NDArray value, NDArray gradient, NDArray momentum) {}

    /**
     * An optimiser that has not taken a step.
     *
     * @param rate learning rate of matrices, before the schedule
     * @param rates learning rate of each group for what is no matrix, before the schedule
     * @param arena owns the momenta
     * @throws InvalidInput when there is no matrix to move
     */
    public Muon(
            FlatParameters parameters, double rate, Map<String, Double> rates, AdamW.Settings settings, Arena arena) {
        this.others = AdamW.withoutMatrices(parameters, rates, settings, arena);
        this.decay = settings.weightDecay();
        long size = parameters.ranges().stream()
                .filter(range -> range.rows() > 0)
                .mapToLong(FlatParameters.Range::count)
                .sum();
        if (size == 0) {
            throw new InvalidInput(
                    "training.optimizer",
                    "muon moves the weights of layers that are trained themselves, and this run trains none; take adamw");
        }
        this.momentum = arena.zeros(size);
        long at = 0;
        for (FlatParameters.Range range : parameters.ranges()) {
            if (range.rows() > 0) {
                stretches.add(new Stretch(
                        rate,
                        matrix(arena, parameters.value(), range.start(), range),
                        matrix(arena, parameters.gradient(), range.start(), range),
                        matrix(arena, momentum, at, range)));
                at += range.count();
            }
        }
    }

    private static NDArray matrix(Arena arena, NDArray whole, long start, FlatParameters.Range range) {
        return Kernels.get()
                .one(arena, "window", whole, start, new long[] {range.rows(), range.count() / range.rows()});
    }

    @Override
    public float clip(Arena arena) {
        return others.clip(arena);
    }

    @Override
    public void update(Arena arena, int step, double factor) {
        for (Stretch stretch : stretches) {
            try (Arena inner = arena.child()) {
                Kernels.get()
                        .call(
                                inner,
                                "muon",
                                stretch.value(),
                                stretch.gradient(),
                                stretch.momentum(),
                                stretch.rate() * factor,
                                MOMENTUM,
                                decay);
            }
        }
        others.update(arena, step, factor);
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>(others.state());
        state.put("momentum", momentum);
        return state;
    }
}
