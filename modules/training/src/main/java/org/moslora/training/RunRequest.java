package org.moslora.training;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.training.team.Team;

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
 * @param team who takes the steps
 * @param after the checkpoint's step at which a team that is led begins, 0 for the beginning
 */
public record RunRequest(
        @Nullable Path recipe,
        List<String> overrides,
        Path workingFolder,
        @Nullable Path resume,
        int threads,
        boolean quiet,
        TrainingListener listener,
        @Nullable Record made,
        Team team,
        int after) {
    public RunRequest {
        overrides = List.copyOf(overrides);
    }

    /** As a Java program asks: the recipe is at hand, and one process takes all steps. */
    public RunRequest(
            @Nullable Path recipe,
            List<String> overrides,
            Path workingFolder,
            @Nullable Path resume,
            int threads,
            boolean quiet,
            TrainingListener listener,
            @Nullable Record made) {
        this(recipe, overrides, workingFolder, resume, threads, quiet, listener, made, Team.ALONE, 0);
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

    /** The same for a member of a team, which begins where its leader says. */
    public RunRequest with(Team team, int after, TrainingListener listener) {
        return new RunRequest(recipe, overrides, workingFolder, resume, threads, quiet, listener, made, team, after);
    }

    /** The same with another listener. */
    public RunRequest with(TrainingListener listener) {
        return with(team, after, listener);
    }
}
