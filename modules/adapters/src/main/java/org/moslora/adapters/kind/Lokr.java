package org.moslora.adapters.kind;

import com.google.gson.JsonObject;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Site;
import org.moslora.problems.Problems;

/**
 * LoKr (LyCORIS, Yeh et al. 2023, arXiv:2309.14859): ΔW = s·small ⊗ large, each of the two whole or a product of rank r.
 * Drawn as PEFT draws it: the small factor, or its outer half, is zero.
 */
final class Lokr implements Formula {
    @Override
    public Adapter on(Site site, AdapterSpec spec) {
        KroneckerShape shape =
                KroneckerShape.of(site, spec.rank(), spec.settings().lokr());
        return new KroneckerAdapter(spec.scale(), small(shape, spec.rank()), large(site, shape, spec.rank()));
    }

    private static KroneckerAdapter.Side small(KroneckerShape shape, long rank) {
        long l = shape.l();
        long m = shape.m();
        if (shape.smallWhole()) {
            return new KroneckerAdapter.Side(
                    null, Parameter.inner(TensorRole.KRONECKER_1, ParameterInit.zero(l, m), l, m));
        }
        return new KroneckerAdapter.Side(
                Parameter.inner(TensorRole.KRONECKER_1A, ParameterInit.zero(l, rank), l, rank),
                drawn(TensorRole.KRONECKER_1B, 1, rank, m));
    }

    private static KroneckerAdapter.Side large(Site site, KroneckerShape shape, long rank) {
        long k = shape.k();
        long columns = shape.columns();
        if (!shape.largeWhole()) {
            return new KroneckerAdapter.Side(
                    drawn(TensorRole.KRONECKER_2A, 2, k, rank), drawn(TensorRole.KRONECKER_2B, 3, rank, columns));
        }
        Parameter whole = drawn(TensorRole.KRONECKER_2, 2, k, columns);
        return new KroneckerAdapter.Side(
                null,
                site.isConvolution()
                        ? whole.inFiles(
                                k,
                                shape.n(),
                                site.kernel().get(0),
                                site.kernel().get(1))
                        : whole);
    }

    private static Parameter drawn(TensorRole role, int place, long rows, long columns) {
        Parameter.Start start = ParameterInit.uniform(1 / Math.sqrt((double) columns), rows, columns);
        return Parameter.inner(role, start.after(place), rows, columns);
    }

    @Override
    public boolean takesRootScale() {
        return false;
    }

    @Override
    public void check(AdapterSpec spec, Problems problems) {
        Unpaired.check(spec, problems);
    }

    @Override
    public void describe(AdapterSpec spec, JsonObject config) {
        config.addProperty("decompose_both", spec.settings().lokr().decomposeBoth());
        config.addProperty("decompose_factor", spec.settings().lokr().factor());
    }
}
