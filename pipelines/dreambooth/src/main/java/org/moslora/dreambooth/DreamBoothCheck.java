package org.moslora.dreambooth;

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
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;
import org.moslora.tensors.DurableFiles;

/** Reads all that a training would read and reports everything wrong at once. Every picture is decoded in any case. */
final class DreamBoothCheck {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private DreamBoothCheck() {}

    static void run(DreamBoothRecipe recipe, @Nullable Path report, Messages messages) {
        Problems problems = new Problems();
        List<String> notes = new ArrayList<>();
        problems.collect(() -> Engine.device(recipe.device()));
        problems.collect(() -> Sources.open(recipe, notes::add).close());
        for (Path from : recipe.trained().starts().paths()) {
            problems.collect(() -> AdapterFile.open(from).close());
        }
        notes.forEach(messages::tell);
        if (report != null) {
            write(report, problems, notes);
        }
        problems.throwIfAny();
        messages.tell("nothing wrong");
    }

    private static void write(Path report, Problems problems, List<String> notes) {
        JsonArray findings = new JsonArray();
        problems.found().forEach(problem -> findings.add(finding("error", problem.toString())));
        notes.forEach(note -> findings.add(finding("note", note)));
        try {
            DurableFiles.writeString(report, GSON.toJson(findings) + "\n");
        } catch (java.io.UncheckedIOException unwritable) {
            throw new InvalidInput("--report", String.valueOf(unwritable.getMessage()));
        }
    }

    private static JsonObject finding(String severity, String what) {
        JsonObject json = new JsonObject();
        json.addProperty("severity", severity);
        json.addProperty("what", what);
        return json;
    }
}
