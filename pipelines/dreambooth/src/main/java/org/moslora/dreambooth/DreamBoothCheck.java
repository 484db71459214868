package org.moslora.dreambooth;

import ai.djl.Device;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.layers.Engine;
import org.moslora.problems.FieldName;
import org.moslora.problems.Grouped;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.RunEstimate;
import org.moslora.training.TrainingListener;

/**
 * Reads all that a training would read and reports everything wrong at once. Every picture is decoded in any case; how
 * good it is only a deep check asks.
 */
final class DreamBoothCheck {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private DreamBoothCheck() {}

    static void run(DreamBoothRecipe recipe, boolean deep, @Nullable Path report, TrainingListener listener) {
        Problems problems = new Problems();
        List<String> notes = new ArrayList<>();
        Device device = problems.collect(() -> Engine.device(recipe.device()));
        List<Problem> warnings = new ArrayList<>();
        problems.collect(() -> {
            try (Sources sources = Sources.open(recipe, notes::add)) {
                warnings.addAll(deep ? SubjectLooks.of(sources, recipe.resolution()) : List.of());
                RunEstimate estimate = DreamBoothMemory.of(recipe, sources);
                if (device != null) {
                    notes.add(DreamBoothMemory.told(estimate, recipe, sources, device));
                }
                listener.estimated(estimate);
            }
        });
        for (Path from : recipe.starts().paths()) {
            problems.collect(() -> AdapterFile.open(from).close());
        }
        notes.forEach(listener::tell);
        Grouped.some(warnings).forEach(warning -> listener.tell("warning: " + warning));
        if (report != null) {
            write(report, problems, warnings, notes);
        }
        problems.throwIfAny();
        listener.tell("nothing wrong");
    }

    private static void write(Path report, Problems problems, List<Problem> warnings, List<String> notes) {
        JsonArray findings = new JsonArray();
        problems.found().forEach(problem -> findings.add(finding("error", problem.toString())));
        warnings.forEach(warning -> findings.add(finding("warning", warning.toString())));
        notes.forEach(note -> findings.add(finding("note", note)));
        try {
            DurableFiles.writeString(report, GSON.toJson(findings) + "\n");
        } catch (java.io.UncheckedIOException unwritable) {
            throw new InvalidInput(FieldName.of("report"), String.valueOf(unwritable.getMessage()));
        }
    }

    private static JsonObject finding(String severity, String what) {
        JsonObject json = new JsonObject();
        json.addProperty("severity", severity);
        json.addProperty("what", what);
        return json;
    }
}
