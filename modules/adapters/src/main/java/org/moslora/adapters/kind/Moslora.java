package org.moslora.adapters.kind;

import com.google.gson.JsonObject;
import java.util.EnumSet;
import java.util.Set;
import org.moslora.adapters.form.Between;
import org.moslora.layers.Site;

/** MoSLoRA (arXiv:2406.11909, section 3): a learnable mixer M [r, r] between the factors of every layer. */
final class Moslora implements Formula {
    @Override
    public String name() {
        return "MOSLORA";
    }

    @Override
    public Set<Trait> traits() {
        return EnumSet.of(Trait.LOW_RANK, Trait.ROOT_SCALE, Trait.MAGNITUDE, Trait.CONVOLUTIONS, Trait.EMBEDDINGS);
    }

    @Override
    public Between between() {
        return Between.MIXER;
    }

    @Override
    public Adapter on(Site site, AdapterSpec spec) {
        return LowRankAdapter.of(
                site, spec, new MixerCore(spec.rank(), spec.mixerInit().start(spec.rank())));
    }

    @Override
    public void describe(AdapterSpec spec, JsonObject config) {
        config.addProperty("mixer_init", spec.mixerInit().recipeName());
    }
}
