package org.moslora.studio.runs;

import java.nio.file.Path;
import java.util.List;

/**
 * What this studio, or one before it, was asked to do with a run.
 *
 * @param isWaiting whether others are before it
 * @param isAlive whether its process is there
 * @param since when that began, in milliseconds
 * @param isStopping whether it was told to end
 * @param log what its processes said
 * @param steps how many steps it was asked for; 0 where its recipe says
 */
public record Errand(boolean isWaiting, boolean isAlive, long since, boolean isStopping, Path log, int steps) {
    /** The last lines that its last process said. */
    List<String> said() {
        return LogTail.of(log);
    }
}
