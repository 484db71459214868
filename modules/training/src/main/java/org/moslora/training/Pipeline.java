package org.moslora.training;

import java.util.List;
import java.util.function.Consumer;
import org.moslora.console.recipe.Bound;
import org.moslora.console.recipe.KeyNote;
import org.moslora.console.recipe.RecipeText;
import org.moslora.problems.InvalidInput;

/** A training that the command line can run, found by the name that a recipe gives as {@code pipeline}. */
public interface Pipeline {
    /** As recipes spell it. */
    String name();

    /**
     * Trains.
     *
     * @throws InvalidInput with everything that is wrong with the input, before anything is
     *     written
     */
    void train(RunRequest request);

    /**
     * Leads a team: looks at recipe, model and data as {@link #train} does, makes what all its members need, and has the
     * team train while no other process may be at the run folder. The members {@link #train} with a request that names
     * their team.
     *
     * @param workers how many there will be; 0 where that is not known yet
     * @param team has the members train
     * @throws org.moslora.problems.InvalidInput as {@link #train}
     */
    default void lead(RunRequest request, int workers, Consumer<TeamRun> team) {
        throw new InvalidInput("pipeline", name() + " trains in one process; workers cannot share it");
    }

    /**
     * Looks at recipe, model, data and pictures without training.
     *
     * @param deep whether to decode every picture
     * @param report where to write what was found as JSON, or null
     * @throws InvalidInput with everything that is wrong
     */
    void check(RunRequest request, boolean deep, java.nio.file.@org.jspecify.annotations.Nullable Path report);

    /** Every key that its recipes may have. */
    default List<KeyNote> keys() {
        return List.of();
    }

    /**
     * Binds a recipe that is in no file, such as one that is being typed.
     *
     * @throws InvalidInput with everything that is wrong with its keys and values
     */
    default Bound<?> look(RecipeText recipe) {
        throw new InvalidInput("pipeline", "recipes of " + name() + " can only be read from a file");
    }

    /**
     * JSON Schema of its recipes, as maps, lists and plain values; empty where nobody has written down which keys they
     * have.
     */
    default java.util.Map<String, Object> schema() {
        return java.util.Map.of();
    }
}
