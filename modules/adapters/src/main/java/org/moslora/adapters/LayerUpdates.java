package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.moslora.adapters.form.Factors;
import org.moslora.adapters.form.RoutedFactorization;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.LowRank;
import org.moslora.layers.Precision;
import org.moslora.layers.Routed;

/**
 * What several adapters do to one layer of a model.
 *
 * @param all in the order of the adapters
 */
record LayerUpdates(List<Weighted> all) {
    /** One adapter's layer and how strongly it counts. */
    record Weighted(AdapterLayer layer, double weight) {
        boolean dependsOnInput() {
            return layer.form().dependsOnInput();
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** The layer of the first adapter that has it. */
    AdapterLayer first() {
        return all.get(0).layer();
    }

    /** The layer that shows best what it is for: one file may have a matrix where another has a kernel. */
    AdapterLayer shape(LayerTensors layers) {
        return all.stream()
                .map(Weighted::layer)
                .filter(layer -> !layers.kernel(layer).isEmpty())
                .findFirst()
                .orElse(first());
    }

    /** Whether any of them changes the bias. */
    boolean shiftBias() {
        return all.stream().anyMatch(one -> one.layer().update().shift() != null);
    }

    /** The rank of all of them as one pair; beyond every limit if one of them is no pair. */
    private long rank() {
        long rank = 0;
        for (Weighted one : all) {
            OptionalInt own = one.layer().update().weightRank();
            rank += own.isPresent() ? own.getAsInt() : 1L + Integer.MAX_VALUE;
        }
        return rank;
    }

    /**
     * Puts them on a linear, as a pair beside its weight up to a rank, else into a copy of the weight.
     *
     * @param step owns what is made on the way
     * @param arena owns what is put on
     * @param mostRank the highest that stays a pair
     */
    void putOn(Linear linear, Arena step, Arena arena, Compute compute, int mostRank) {
        Weighted routed =
                all.stream().filter(Weighted::dependsOnInput).findFirst().orElse(null);
        LayerUpdates others = new LayerUpdates(
                all.stream().filter(one -> !one.dependsOnInput()).toList());
        if (shiftBias()) {
            NDArray made = linear.bias();
            NDArray bias = made == null ? step.zeros(linear.site().outputs()) : made;
            linear.shift(moved(arena, compute, shifted(step, compute, bias)));
        }
        if (routed == null && others.rank() <= mostRank) {
            linear.adapt(others.pair(step, arena, compute));
            return;
        }
        if (!others.isEmpty()) {
            if (linear.quantised() != null) {
                Coexistence.checkPlain(others);
            }
            NDArray sum = others.added(step, compute, linear.weightIn(step));
            linear.replace(moved(arena, compute, sum), linear.bias());
        }
        if (routed != null) {
            linear.adapt(routed(step, arena, compute, routed));
        }
    }

    private static Routed routed(Arena step, Arena arena, Compute compute, Weighted one) {
        RoutedFactorization form = (RoutedFactorization) one.layer().form();
        double scale = one.layer().scale() * one.weight();
        Routed made = form.routed(step, AdapterFile.factors(step, compute), scale);
        return new Routed(
                moved(arena, compute, made.down()),
                moved(arena, compute, made.up()),
                moved(arena, compute, made.router()),
                moved(arena, compute, made.top()));
    }

    /** W + Σ weight·(W' − W) in fp32, shaped like W. */
    NDArray added(Arena step, Compute compute, NDArray weight) {
        Factors factors = AdapterFile.factors(step, compute);
        return addedTo(wide(step, compute, weight), step, weight, factors);
    }

    /** A sum + Σ weight·(W' − W). */
    NDArray addedTo(NDArray start, Arena step, NDArray weight, Factors factors) {
        NDArray sum = start;
        for (Weighted one : all) {
            sum = one.layer().update().addTo(step, sum, weight, factors, one.weight());
        }
        return sum;
    }

    /** b + Σ weight·(b' − b) in fp32. */
    NDArray shifted(Arena step, Compute compute, NDArray bias) {
        Factors factors = AdapterFile.factors(step, compute);
        NDArray sum = wide(step, compute, bias);
        for (Weighted one : all) {
            sum = one.layer().update().addToBias(step, sum, bias, factors, one.weight());
        }
        return sum;
    }

    /** The pair that is exactly all of them, side by side along the rank, in fp32. */
    LowRank pair(Arena step) {
        return pair(step, step, Compute.cpu());
    }

    private LowRank pair(Arena step, Arena arena, Compute compute) {
        Factors factors = AdapterFile.factors(step, compute);
        List<NDArray> downs = new ArrayList<>();
        List<NDArray> ups = new ArrayList<>();
        for (Weighted one : all) {
            LowRank pair = one.layer().update().pair(step, factors, one.weight());
            downs.add(pair.down());
            ups.add(pair.up());
        }
        NDArray down = Kernels.get().one(step, "concatenated", downs, 0);
        NDArray up = Kernels.get().one(step, "concatenated", ups, 1);
        return new LowRank(moved(arena, compute, down), moved(arena, compute, up));
    }

    private static NDArray wide(Arena step, Compute compute, NDArray array) {
        return Kernels.get().one(step, "converted", array, Precision.FP32.scalarType(), compute.deviceName());
    }

    private static NDArray moved(Arena arena, Compute compute, NDArray array) {
        return Kernels.get().one(arena, "converted", array, compute.precision().scalarType(), compute.deviceName());
    }
}
