package org.moslora.tuning;

import java.util.List;
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
