package org.moslora.tuning;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.llama.BackboneFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.TrainedComponents;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.recipe.TrainingRecipe;
import org.moslora.training.recipe.ValidationBlock;
import org.moslora.training.report.ReportKind;

/** What a training asks of a recipe, whichever pipeline it is of. */
public interface TuningRecipe extends TrainingRecipe {
    /** What the adapter of a vision tower is called among what is trained. */
    String TOWER = "vision.adapter";

    /** {@code cpu}, {@code cuda} or {@code cuda:N}. */
    String device();

    /** The language model's adapter. */
    AdapterBlock adapter();

    /** How it is trained. */
    TrainingBlock training();

    /** What is looked at while training. */
    ValidationBlock validation();

    /** What it learns from. */
    TuningDataBlock data();

    /** How the better of two answers is learnt; null where answers themselves are. */
    default @Nullable PreferenceBlock preference() {
        return null;
    }

    /** Where its curves can be seen besides. */
    List<ReportKind> report();

    /** Everything to be trained. */
    TrainedComponents trained();

    /**
     * Opens the model folder.
     *
     * @throws InvalidInput when it is none that this pipeline trains
     */
    BackboneFolder open();
}
