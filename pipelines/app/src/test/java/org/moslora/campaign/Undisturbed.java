package org.moslora.campaign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a task leaves when nobody disturbs it.
 *
 * @param folder where it is done, every time
 * @param state what the folder then holds
 * @param millis how long it took
 * @param bytes how much it wrote
 */
record Undisturbed(Task task, Path folder, Map<String, String> state, long millis, long bytes) {
    private static final long LONGEST = 300_000;

    /** Does it twice, to see that it is the same twice. */
    static Undisturbed run(Task task, Path folder, Table table) throws IOException, InterruptedException {
        long millis = 0;
        Map<String, String> first = Map.of();
        for (int i = 0; i < 2; i++) {
            task.prepare(folder);
            long start = System.nanoTime();
            Ended ended = task.start(folder, task.words()).await(LONGEST);
            millis = (System.nanoTime() - start) / 1_000_000;
            if (ended.code() != 0) {
                throw new AssertionError(task.name() + " ended with " + ended.described());
            }
            Map<String, String> state = task.state(folder);
            if (i > 0 && !Trees.differences(first, state).isEmpty()) {
                table.count(task.name(), Outcome.OTHER_BYTES, "undisturbed: " + Trees.differences(first, state));
            }
            first = state;
        }
        return new Undisturbed(task, folder, first, millis, Trees.bytes(folder));
    }

    /** What came of a second attempt that ended this way. */
    Outcome judged(Ended ended, Outcome good) {
        Outcome outcome = Outcome.of(ended);
        if (outcome.isFault()) {
            return outcome;
        }
        boolean same = Trees.differences(state, task.state(folder)).isEmpty();
        if (ended.code() == 2 && same) {
            return Outcome.STOOD;
        }
        if (ended.code() != 0) {
            return Outcome.STUCK;
        }
        return same ? good : onlyMore() ? Outcome.LEFT_OVER : Outcome.OTHER_BYTES;
    }

    private boolean onlyMore() {
        return Trees.differences(state, task.state(folder)).stream().allMatch(line -> line.startsWith("left over"));
    }

    /** In what the folder is not as it should be. */
    String differences() {
        return Trees.differences(state, task.state(folder)).toString();
    }

    /** Whether what is made at once stands there in part. */
    boolean isHalfWritten() {
        Map<String, String> made = task.result(task.state(folder));
        return task.atOnce() && !made.isEmpty() && !made.equals(task.result(state));
    }
}
