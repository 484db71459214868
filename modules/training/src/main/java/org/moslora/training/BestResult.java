package org.moslora.training;

import com.google.gson.JsonObject;
import java.util.Locale;

/** Which of a run's validations was the best, and for how long none has been better. */
public final class BestResult {
    private final int patience;
    private double loss = Double.POSITIVE_INFINITY;
    private int step;
    private int worse;

    /** @param patience how many validations without a better one end the run; 0: none do */
    public BestResult(int patience) {
        this.patience = patience;
    }

    /** Goes on from what a checkpoint remembers. */
    public void restore(JsonObject progress) {
        if (progress.has("best_loss")) {
            loss = progress.get("best_loss").getAsDouble();
            step = progress.get("best_step").getAsInt();
            worse = progress.get("without_improvement").getAsInt();
        }
    }

    /** What a checkpoint must remember. */
    public JsonObject progress() {
        JsonObject json = new JsonObject();
        if (step > 0) {
            json.addProperty("best_loss", loss);
            json.addProperty("best_step", step);
            json.addProperty("without_improvement", worse);
        }
        return json;
    }

    /** Whether no validation has been better for as long as the recipe allows. */
    public boolean exhausted() {
        return patience > 0 && worse >= patience;
    }

    /** Whether there was any. */
    public boolean isAny() {
        return step > 0;
    }

    /** Takes one up; whether it is the best so far. */
    public boolean add(int atStep, double found) {
        boolean better = found < loss;
        if (better) {
            loss = found;
            step = atStep;
            worse = 0;
        } else {
            worse++;
        }
        return better;
    }

    /** One validation in words. */
    public String told(int atStep, double found) {
        String best = atStep == step ? "" : String.format(Locale.ROOT, " (best %.4f at step %d)", loss, step);
        return String.format(Locale.ROOT, "step %d: validation loss %.4f%s", atStep, found, best);
    }
}
