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
     * Restores whatever a checkpoint holds where the request says so, and tells where sums will be made in another order
     * than before. A team's leader has said at which checkpoint all begin.
     *
     * @param state the arrays that a checkpoint is made of
     * @return the step after which to go on, 0 when there is no checkpoint yet
     */
    public static int restore(RunRequest request, Checkpoints checkpoints, Arena arena, Map<String, NDArray> state) {
        Messages messages = request.listener()::tell;
        if (request.team().isLed()) {
            return begun(request, checkpoints, arena, state);
        }
        if (request.resume() == null) {
            return 0;
        }
        Optional<Integer> latest = checkpoints.latest();
        if (latest.isEmpty()) {
            messages.tell("no checkpoint yet: starting over");
            return 0;
        }
        checkpoints.load(arena, latest.get(), state);
        messages.tell("going on after step " + latest.get());
        int workers = checkpoints.workers(latest.get());
        if (workers > 1) {
            messages.tell(
                    "it came there with " + workers + " workers, and now has one process: last digits will differ");
        }
        int threads = checkpoints.threads(latest.get());
        if (threads != Engine.threads()) {
            messages.tell("it came there with " + threads + " threads, and now has " + Engine.threads()
                    + ": last digits will differ from those of a run that was not stopped; "
                    + FieldName.of("threads", threads)
                    + " keeps them");
        }
        return latest.get();
    }

    private static int begun(RunRequest request, Checkpoints checkpoints, Arena arena, Map<String, NDArray> state) {
        if (request.after() > 0) {
            checkpoints.load(arena, request.after(), state);
        }
        return request.after();
    }
}
