package org.moslora.studio.runs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.FolderEntries;
import org.moslora.tensors.out.OutputLock;

/**
 * A comparison as a page shows it.
 *
 * @param name of its folder
 * @param folder where it is, or will be
 * @param state how far it is
 * @param done the names of the trials that are done
 * @param begun the names of those that have begun and are not done
 * @param errors what it died of
 */
public record ComparisonView(
        String name, Path folder, RunState state, List<String> done, List<String> begun, List<String> errors) {
    /** The folder of a comparison's trials, each an ordinary run. */
    static final String TRIALS = "trials";

    /** The file by which a folder is known as a comparison's. */
    private static final String OWNER = "trained-by.yaml";

    private static final String RESULT = ".json";

    /** Looks at a comparison; null where the folder is none. */
    static @Nullable ComparisonView of(Path folder, @Nullable Errand errand) {
        boolean asked = errand != null && errand.compares();
        if (!asked && !Files.isRegularFile(folder.resolve(OWNER))) {
            return null;
        }
        List<String> done = new ArrayList<>();
        List<String> begun = new ArrayList<>();
        for (Path file : FolderEntries.readable(folder.resolve(TRIALS))) {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(RESULT)) {
                done.add(name.substring(0, name.length() - RESULT.length()));
            } else if (Files.isDirectory(file)) {
                begun.add(name);
            }
        }
        begun.removeAll(done);
        RunState state = state(folder, errand, !done.isEmpty() || !begun.isEmpty());
        List<String> errors = state == RunState.FAILED && errand != null ? errand.errors() : List.of();
        return new ComparisonView(String.valueOf(folder.getFileName()), folder, state, done, begun, errors);
    }

    private static RunState state(Path folder, @Nullable Errand errand, boolean any) {
        if (errand != null && errand.isWaiting()) {
            return RunState.WAITING;
        }
        boolean own = errand != null && errand.isAlive();
        boolean alive = own || OutputLock.holder(folder).filter(Living::isAlive).isPresent();
        if (alive) {
            return errand != null && errand.isStopping()
                    ? RunState.STOPPING
                    : any ? RunState.RUNNING : RunState.STARTING;
        }
        if (Files.isRegularFile(folder.resolve("comparison.json"))) {
            return RunState.FINISHED;
        }
        return errand == null || errand.wasStopped() ? RunState.STOPPED : RunState.FAILED;
    }

    /** What a trial is called as a run. */
    public String trial(String id) {
        return name + "/" + TRIALS + "/" + id;
    }
}
