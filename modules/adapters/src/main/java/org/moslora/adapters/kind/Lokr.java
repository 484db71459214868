package org.moslora.adapters.kind;

import com.google.gson.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.FactorReader;
import org.moslora.adapters.form.Factorization;
import org.moslora.adapters.form.KroneckerFactorization;
import org.moslora.adapters.form.LayerDelta;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Site;
import org.moslora.problems.Problems;

/**
 * LoKr (LyCORIS, Yeh et al. 2023, arXiv:2309.14859): ΔW = s·small ⊗ large, each of the two whole or a product of rank r.
 * Drawn as PEFT draws it: the small factor, or its outer half, is zero.
 */
final class Lokr implements Formula {
    @Override
    public String name() {
        return "LOKR";
    }

    @Override
    public Set<Trait> traits() {
        return EnumSet.of(Trait.CONVOLUTIONS, Trait.PEFT, Trait.WHOLE_FACTORS);
    }

    @Override
    public String alphaKey() {
        return "alpha";
    }

    @Override
    public @Nullable Factorization read(FactorReader reader, AdapterKind kind, KindSettings settings) {
        return KroneckerFactorization.read(reader, kind);
    }

    @Override
    public void describe(StoredLayers layers, JsonObject config) {
        List<PeftSplit> splits = PeftSplit.of(layers);
        layers.copy("decompose_factor", config);
        PeftSplit.factor(splits).ifPresent(factor -> config.addProperty("decompose_factor", factor));
        config.addProperty(
                "decompose_both",
                splits.stream().anyMatch(split -> !split.form().small().isWhole()));
        config.addProperty("use_effective_conv2d", layers.isCored());
    }

    @Override
    public @Nullable String refusedByPeft(StoredLayers layers) {
        return layers.isMixed() || PeftSplit.factor(PeftSplit.of(layers)).isEmpty()
                ? "no decompose_factor of PEFT's splits the sides of all LoKr layers as these are"
                : null;
    }

    /** Two whole factors have no rank but the one that settings give them, by which PEFT tells them whole. */
    @Override
    public int rank(LayerDelta layer, long places, OptionalInt said) {
        KroneckerFactorization form = (KroneckerFactorization) layer.form();
        boolean kept = said.isPresent() && form.isWhole() && new PeftSplit(form, places).isWhole(said.getAsInt());
        return kept ? said.getAsInt() : form.rank();
    }

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
    public void check(AdapterSpec spec, Problems problems) {
        Unpaired.check(spec, problems);
    }

    @Override
    public void describe(AdapterSpec spec, JsonObject config) {
        config.addProperty("decompose_both", spec.settings().lokr().decomposeBoth());
        config.addProperty("decompose_factor", spec.settings().lokr().factor());
    }
}
