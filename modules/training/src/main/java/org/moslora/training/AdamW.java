package org.moslora.training;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.moslora.layers.Arena;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) as PyTorch computes it: decoupled weight decay, bias-corrected
 * moments, epsilon added after the square root. One fused pass for every group of one learning rate.
 */
public final class AdamW implements Optimizer {
    private final Settings settings;
    private final FlatParameters parameters;
    private final NDArray first;
    private final NDArray second;
    private final List<Stretch> stretches = new ArrayList<>();

    /**
     * What does not change during a run.
     *
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second
     * @param epsilon added to the root of the second moment
     * @param weightDecay of every trained tensor
     * @param maxGradNorm limit of the norm over all gradients; 0 for none
     */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay, double maxGradNorm) {}

    private record Stretch(double rate, NDArray value, NDArray gradient, NDArray first, NDArray second) {}

    /**
     * An optimiser that has not taken a step.
     *
     * @param rates learning rate of each group, before the schedule
     * @param arena owns the moments
     */
    public AdamW(FlatParameters parameters, Map<String, Double> rates, Settings settings, Arena arena) {
        this(parameters, rates, settings, arena, true);
    }

    private AdamW(
            FlatParameters parameters, Map<String, Double> rates, Settings settings, Arena arena, boolean matrices) {
        this.parameters = parameters;
        this.settings = settings;
        List<FlatParameters.Range> moved = parameters.ranges().stream()
                .filter(range -> matrices || range.rows() == 0)
                .toList();
        long size = moved.stream().mapToLong(FlatParameters.Range::count).sum();
        this.first = arena.zeros(size);
        this.second = arena.zeros(size);
        long at = 0;
        for (FlatParameters.Range range : moved) {
            Double rate = rates.get(range.group());
            if (rate == null) {
                throw new IllegalArgumentException("no learning rate for " + range.group());
            }
            stretches.add(new Stretch(
                    rate * range.ratio(),
                    window(arena, parameters.value(), range.start(), range),
                    window(arena, parameters.gradient(), range.start(), range),
                    window(arena, first, at, range),
                    window(arena, second, at, range)));
            at += range.count();
        }
    }

    /** An optimiser of all but matrices, for one that treats those as such. */
    static AdamW withoutMatrices(FlatParameters parameters, Map<String, Double> rates, Settings settings, Arena arena) {
        return new AdamW(parameters, rates, settings, arena, false);
    }

    private static NDArray window(Arena arena, NDArray whole, long start, FlatParameters.Range range) {
        return Kernels.get().one(arena, "window", whole, start, new long[] {range.count()});
    }

    @Override
    public float clip(Arena arena) {
        return Kernels.get()
                .one(arena, "clip", parameters.gradient(), settings.maxGradNorm())
                .getFloat();
    }

    @Override
    public void update(Arena arena, int step, double factor) {
        for (Stretch stretch : stretches) {
            Kernels.get()
                    .call(
                            arena,
                            "adamw",
                            stretch.value(),
                            stretch.gradient(),
                            stretch.first(),
                            stretch.second(),
                            step,
                            stretch.rate() * factor,
                            settings.beta1(),
                            settings.beta2(),
                            settings.epsilon(),
                            settings.weightDecay());
        }
    }

    @Override
    public Map<String, NDArray> state() {
        return Map.of(VALUE, parameters.value(), "first_moment", first, "second_moment", second);
    }
}
