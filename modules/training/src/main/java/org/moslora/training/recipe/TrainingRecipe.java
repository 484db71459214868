package org.moslora.training.recipe;

import java.nio.file.Path;

/** A recipe of any pipeline, as a record: bound from a file, or made in Java. */
public interface TrainingRecipe {
    /** Which pipeline trains by it. */
    String pipeline();

    /** The base model. */
    Path model();

    /** The run folder. */
    Path output();
}
