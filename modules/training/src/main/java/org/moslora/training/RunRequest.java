package org.moslora.training;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks a pipeline to do.
 *
 * @param recipe the recipe file; null only when a run is resumed
 * @param overrides {@code key=value}, by dotted path
 * @param workingFolder by which paths in overrides are meant
 * @param resume the run to go on with, or null
 * @param threads of one operator
 * @param quiet whether to leave out progress
 */
public record RunRequest(
        @Nullable Path recipe,
        List<String> overrides,
        Path workingFolder,
        @Nullable Path resume,
        int threads,
        boolean quiet) {
    public RunRequest {
        overrides = List.copyOf(overrides);
    }
}
