package org.moslora.studio.runs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What this studio, or one before it, was asked to do with a run or a comparison.
 *
 * @param compares whether it is a comparison
 * @param isWaiting whether others are before it
 * @param isAlive whether its process is there
 * @param since when that began, in milliseconds
 * @param isStopping whether it was told to end
 * @param log what its processes said
 * @param steps how many steps it was asked for; 0 where its recipe says
 */
public record Errand(
        boolean compares, boolean isWaiting, boolean isAlive, long since, boolean isStopping, Path log, int steps) {
    private static final int SAID = 12;

    /** The last lines that its last process said. */
    List<String> said() {
        return LogTail.of(log);
    }

    /** Whether its process ended because it was told to. */
    boolean wasStopped() {
        return said().stream().anyMatch(line -> line.startsWith("stopped: ") || line.startsWith("stopped by "));
    }

    /** What its process died of. */
    List<String> errors() {
        List<String> said = said();
        List<String> wrong =
                said.stream().filter(line -> line.startsWith("error: ")).toList();
        if (!wrong.isEmpty()) {
            return wrong;
        }
        List<String> end = new ArrayList<>();
        end.add("It ended before its last step without saying why: its process was killed, or the machine ran out of"
                + " memory. Resume goes on after its last checkpoint.");
        end.addAll(said.subList(Math.max(0, said.size() - SAID), said.size()));
        return end;
    }
}
