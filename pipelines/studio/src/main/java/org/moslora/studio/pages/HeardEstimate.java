package org.moslora.studio.pages;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.AvailableMemory;
import org.moslora.training.RunEstimate;
import org.moslora.training.StepReport;
import org.moslora.training.TrainingListener;

/** Hears what a look at a recipe tells: remarks, and what its training would take. */
final class HeardEstimate implements TrainingListener {
    private final List<String> remarks = new ArrayList<>();
    private @Nullable RunEstimate estimate;

    @Override
    public void stepped(StepReport report) {}

    @Override
    public void tell(String line) {
        remarks.add(line);
    }

    @Override
    public void estimated(RunEstimate told) {
        estimate = told;
    }

    int steps() {
        return estimate == null ? 0 : estimate.steps();
    }

    /** The memory in a line; empty where nothing can be said. */
    String memory() {
        if (estimate == null) {
            return "";
        }
        long free = AvailableMemory.bytes();
        return "about " + size(estimate.bytes()) + ": weights " + size(estimate.weights()) + ", trained "
                + size(estimate.trained()) + ", activations " + size(estimate.activations()) + "; " + size(free)
                + " free"
                + (estimate.bytes() > free
                        ? ". This may not fit: try precision bf16, gradient_checkpointing, quantize, or a smaller"
                                + " batch_size or rank"
                        : "");
    }

    private static String size(long bytes) {
        return bytes < 1L << 30
                ? String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1L << 20))
                : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }

    void addTo(JsonObject json) {
        json.addProperty("memory", memory());
        json.addProperty("notes", String.join("\n", remarks));
    }
}
