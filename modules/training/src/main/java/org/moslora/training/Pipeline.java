package org.moslora.training;

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
     * Looks at recipe, model, data and pictures without training.
     *
     * @param deep whether to decode every picture
     * @param report where to write what was found as JSON, or null
     * @throws org.moslora.problems.InvalidInput with everything that is wrong
     */
    void check(RunRequest request, boolean deep, java.nio.file.@org.jspecify.annotations.Nullable Path report);

    /**
     * JSON Schema of its recipes, as maps, lists and plain values; empty where nobody has written down which keys they
     * have.
     */
    default java.util.Map<String, Object> schema() {
        return java.util.Map.of();
    }
}
