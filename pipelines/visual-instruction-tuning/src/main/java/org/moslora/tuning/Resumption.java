package org.moslora.tuning;

import com.google.gson.JsonObject;
import java.util.Optional;

/** Takes a run up where its last checkpoint left it. */
final class Resumption {
    private Resumption() {}

    /** Restores parameters and moments; the step after which to go on, 0 when there is no checkpoint yet. */
    static int restore(TuningParts parts, Messages messages) {
        Optional<Integer> latest = parts.checkpoints.latest();
        if (latest.isEmpty()) {
            messages.tell("no checkpoint yet: starting over");
            return 0;
        }
        int step = latest.get();
        JsonObject progress = parts.checkpoints.load(parts.model.arena(), step, parts.optimizer.state());
        messages.tell("going on after step " + progress.get("step").getAsInt());
        return step;
    }
}
