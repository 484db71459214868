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
 * @param quiet whether to leave out progress where no listener shows it
 * @param listener hears what a training reports
 * @param made the recipe itself, where a program made it; null where it is in a file
 */
public record RunRequest(
        @Nullable Path recipe,
        List<String> overrides,
        Path workingFolder,
        @Nullable Path resume,
        int threads,
        boolean quiet,
        TrainingListener listener,
        @Nullable Record made) {
    public RunRequest {
        overrides = List.copyOf(overrides);
    }

    /** As a command line asks: the recipe is in a file, and the listener is stderr. */
    public RunRequest(
            @Nullable Path recipe,
            List<String> overrides,
            Path workingFolder,
            @Nullable Path resume,
            int threads,
            boolean quiet) {
        this(recipe, overrides, workingFolder, resume, threads, quiet, TrainingListener.stderr(quiet), null);
    }
}
