package org.moslora.adapters.kind;

import com.google.gson.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.FactorReader;
import org.moslora.adapters.form.Factorization;
import org.moslora.adapters.form.RoutedFactorization;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;

/**
 * A mixture of LoRAs: y = Wx + s·Σ g_e·B_e·A_e·x, g the softmax over the largest entries of router·x (Shazeer et al.
 * 2017, arXiv:1701.06538). Every B is zero at first, and the router is drawn as every A is.
 */
final class MoeLora implements Formula {
    @Override
    public String name() {
        return "MOE_LORA";
    }

    @Override
    public Set<Trait> traits() {
        return Set.of();
    }

    @Override
    public Set<TensorRole> ownRoles() {
        return Set.of(TensorRole.ROUTER);
    }

    @Override
    public KindSettings settings(ConfigJson config) {
        int experts = config.whole("experts", "how many there are");
        int topK = config.whole("top_k", "how many of them an input uses");
        if (topK > experts) {
            throw new InvalidInput(config.where(), "top_k must be at most experts, " + experts + ", got " + topK);
        }
        return KindSettings.DEFAULT.with(new MoeSettings(experts, topK));
    }

    @Override
    public @Nullable Factorization read(FactorReader reader, AdapterKind kind, KindSettings settings) {
        return RoutedFactorization.read(
                reader, kind, settings.moe().experts(), settings.moe().topK());
    }

    @Override
    public void describe(StoredLayers layers, JsonObject config) {
        MoeSettings own = settings(layers.before()).moe();
        config.addProperty("experts", own.experts());
        config.addProperty("top_k", own.topK());
    }

    @Override
    public Adapter on(Site site, AdapterSpec spec) {
        long rank = spec.rank();
        long experts = spec.settings().moe().experts();
        long in = site.inputs();
        long out = site.outputs();
        Parameter.Start router = ParameterInit.uniform(1 / Math.sqrt((double) in), experts, in);
        return new RoutedAdapter(
                spec.scale(),
                spec.settings().moe().topK(),
                Parameter.inner(
                        TensorRole.DOWN, spec.init().start(experts, rank, in).after(1), experts, rank, in),
                Parameter.inner(TensorRole.ROUTER, router.after(2), experts, in),
                Parameter.outer(TensorRole.UP, ParameterInit.zero(experts, out, rank), experts, out, rank));
    }

    @Override
    public void describe(AdapterSpec spec, JsonObject config) {
        config.addProperty("experts", spec.settings().moe().experts());
        config.addProperty("top_k", spec.settings().moe().topK());
    }
}
