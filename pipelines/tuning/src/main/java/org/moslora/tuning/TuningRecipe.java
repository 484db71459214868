package org.moslora.tuning;

import java.util.List;
import java.util.Map;
import org.moslora.adapters.AdapterPlan;
import org.moslora.llama.BackboneFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.InitFrom;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.recipe.TrainingRecipe;
import org.moslora.training.recipe.ValidationBlock;

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

    /** Everything to be trained, for a model to be built with; a new one at every call. */
    AdapterPlan adapters();

    /** Learning rate of each component. */
    Map<String, Double> rates();

    /** The adapters that it starts from. */
    InitFrom starts();

    /** Everything that a target list names, for the adapter's config. */
    List<String> targets();

    /** What the names of tensors begin with that are trained whole. */
    List<String> wholes();

    /**
     * Opens the model folder.
     *
     * @throws InvalidInput when it is none that this pipeline trains
     */
    BackboneFolder open();
}
