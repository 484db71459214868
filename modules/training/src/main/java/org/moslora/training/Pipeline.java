package org.moslora.training;

import java.util.function.Consumer;
import org.moslora.problems.InvalidInput;

/** A training that the command line can run, found by the name that a recipe gives as {@code pipeline}. */
public interface Pipeline {
    /** As recipes spell it. */
    String name();

    /**
     * Trains.
     *
     * @throws org.moslora.problems.InvalidInput with everything that is wrong with the input, before anything is
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
     * @throws org.moslora.problems.InvalidInput with everything that is wrong
     */
    void check(RunRequest request, boolean deep, java.nio.file.@org.jspecify.annotations.Nullable Path report);
}
