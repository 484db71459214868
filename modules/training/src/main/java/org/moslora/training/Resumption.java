package org.moslora.training;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Optional;
import org.moslora.layers.Arena;
import org.moslora.layers.Engine;
import org.moslora.problems.FieldName;
import org.moslora.problems.Messages;

/** Takes a run up where its last checkpoint left it. */
public final class Resumption {
    private Resumption() {}

    /**
     * Restores what a run begins with: nothing, the last checkpoint where the request says so, or the one that a team's
     * leader has named.
     *
     * @param state the arrays that a checkpoint is made of
     * @return what the checkpoint remembers; of the start when there is none
     */
    public static CheckpointProgress restore(
            RunRequest request, Checkpoints checkpoints, Arena arena, Map<String, NDArray> state) {
        if (request.team().isLed()) {
            return request.after() > 0 ? checkpoints.load(arena, request.after(), state) : CheckpointProgress.start();
        }
        return request.resume() == null
                ? CheckpointProgress.start()
                : restore(checkpoints, arena, state, request.listener()::tell);
    }

    /**
     * Restores whatever a checkpoint holds, and says so where sums will be made in another order than before.
     *
     * @param state the arrays that a checkpoint is made of
     * @return what the checkpoint remembers; of the start when there is none yet
     */
    public static CheckpointProgress restore(
            Checkpoints checkpoints, Arena arena, Map<String, NDArray> state, Messages messages) {
        Optional<Integer> latest = checkpoints.latest();
        if (latest.isEmpty()) {
            messages.tell("no checkpoint yet: starting over");
            return CheckpointProgress.start();
        }
        CheckpointProgress progress = checkpoints.load(arena, latest.get(), state);
        messages.tell("going on after step " + latest.get());
        if (progress.workers() > 1) {
            messages.tell("it came there with " + progress.workers()
                    + " workers, and now has one process: last digits will differ");
        }
        int threads = progress.threads();
        if (threads != Engine.threads()) {
            messages.tell("it came there with " + threads + " threads, and now has " + Engine.threads()
                    + ": last digits will differ from those of a run that was not stopped; "
                    + FieldName.of("threads", threads)
                    + " keeps them");
        }
        return progress;
    }
}
