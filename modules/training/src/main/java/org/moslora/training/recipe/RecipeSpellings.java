package org.moslora.training.recipe;

import org.moslora.adapters.kind.MixerInit;
import org.moslora.adapters.kind.TrainedBias;
import org.moslora.console.recipe.Spellings;

/** How recipes spell what the records here are made of. */
public final class RecipeSpellings {
    private RecipeSpellings() {}

    /** Spellings for binding any recipe that has these blocks. */
    public static Spellings all() {
        return Spellings.none()
                .with(MixerInit.class, MixerInit::of, MixerInit::recipeName)
                .with(TrainedBias.class, TrainedBias::of, TrainedBias::recipeName)
                .with(TrainedKind.class, TrainedKind::of, TrainedKind::recipeName, TrainedKind.names());
    }
}
