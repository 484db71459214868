package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.Factors;
import org.moslora.adapters.form.KroneckerFactorization;
import org.moslora.adapters.form.LayerDelta;
import org.moslora.adapters.form.LowRankApproximation;
import org.moslora.adapters.form.Truncation;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.LowRank;

/** The pair nearest to what adapters do to a layer, taking note of what each layer loses. */
final class TruncatedPairs implements LayerPairs {
    private final Truncation truncation;
    private final @Nullable BaseWeights base;
    private final List<TruncationLoss.Layer> losses = new ArrayList<>();

    /** @param base of the model, which only adapters need that depend on weights */
    TruncatedPairs(Truncation truncation, @Nullable BaseWeights base) {
        this.truncation = truncation;
        this.base = base;
    }

    @Override
    public LowRank of(Arena arena, LayerUpdates updates) {
        try (Arena step = arena.child()) {
            LowRankApproximation nearest = nearest(step, updates);
            losses.add(new TruncationLoss.Layer(
                    updates.first().path(),
                    (int) nearest.pair().down().getShape().get(0),
                    nearest.dropped(),
                    nearest.total()));
            return new LowRank(
                    arena.adopt(nearest.pair().down()),
                    arena.adopt(nearest.pair().up()));
        }
    }

    /** What was lost in all that was made so far. */
    TruncationLoss loss() {
        return new TruncationLoss(losses);
    }

    private LowRankApproximation nearest(Arena step, LayerUpdates updates) {
        Factors factors = AdapterFile.factors(step, Compute.cpu());
        LayerDelta first = updates.first().update();
        if (updates.all().size() == 1
                && !first.dependsOnWeight()
                && first.form() instanceof KroneckerFactorization kronecker) {
            return kronecker.nearest(
                    step, factors, first.scale() * updates.all().get(0).weight(), truncation);
        }
        if (updates.all().stream()
                .allMatch(one -> one.layer().update().pairRank().isPresent())) {
            return LowRankApproximation.of(step, updates.pair(step), truncation);
        }
        return LowRankApproximation.of(step, change(step, factors, updates), truncation);
    }

    /** Σ weight·(W' − W) as it is. */
    private NDArray change(Arena step, Factors factors, LayerUpdates updates) {
        AdapterLayer layer = updates.first();
        NDArray weight = base == null ? step.zeros(layer.outputs(), layer.inputs()) : base.wide(step, layer.path());
        if (base != null && base.isQuantised(layer.path())) {
            Coexistence.checkPlain(updates);
        }
        return updates.addedTo(step.zeros(weight.getShape().getShape()), step, weight, factors);
    }
}
