package org.moslora.studio.pages;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.pictures.PictureRequest;
import org.moslora.problems.Problems;
import org.moslora.studio.folders.Folders;

/** Pictures as a form asks for them: one request, or one for every pair of values of two axes. */
final class PaintingRequest {
    /** What an axis may vary. */
    static final List<String> AXES = List.of("strength", "seed", "steps", "guidance", "scheduler");

    private static final List<String> NUMBERS = List.of("seed", "steps", "guidance", "width", "height");
    private static final int MOST_CELLS = 64;

    private final SentText sent;
    private final Problems problems = new Problems();
    private final @Nullable Path model;
    private final @Nullable Path adapter;

    PaintingRequest(JsonObject json, Folders folders) {
        this.sent = new SentText(json);
        this.model = sent.path("model", folders, problems);
        this.adapter = sent.path("adapter", folders, problems);
        if (model == null && problems.isEmpty()) {
            problems.add("Model", "choose one");
        }
        if (sent.get("prompt").isEmpty()) {
            problems.add("Prompt", "write what is to be seen");
        }
        long cells =
                (long) Math.max(1, values("x").size()) * Math.max(1, values("y").size());
        if (cells > MOST_CELLS) {
            problems.add("X and Y values", "make %d pictures, more than the %d of one grid", cells, MOST_CELLS);
        }
        if (problems.isEmpty()) {
            rows().forEach(row -> problems.collect(() -> PictureRequest.of("", row)));
        }
    }

    /** What is wrong with it, line by line. */
    List<String> problems() {
        return SentText.lines(problems);
    }

    boolean isGrid() {
        return !values("x").isEmpty() || !values("y").isEmpty();
    }

    /** The values of an axis; none where it varies nothing. */
    List<String> values(String axis) {
        String what = sent.get(axis);
        if (!AXES.contains(what)) {
            return List.of();
        }
        return Stream.of(sent.get(axis + "s").split(","))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** The command without its output; with a grid, without its prompts. */
    List<String> words(List<String> options) {
        List<String> words = new ArrayList<>(List.of("generate", "--model=" + model));
        if (isGrid()) {
            words.add("--batch=1");
        } else {
            for (Map.Entry<String, JsonElement> field : rows().get(0).entrySet()) {
                if (field.getValue() instanceof JsonArray adapters) {
                    adapters.forEach(each -> words.add("--adapter=" + each.getAsString()));
                } else {
                    words.add("--" + field.getKey() + "=" + field.getValue().getAsString());
                }
            }
        }
        words.addAll(options);
        return words;
    }

    /** A line of a file of prompts for every picture, row by row of the grid. */
    List<JsonObject> rows() {
        List<JsonObject> rows = new ArrayList<>();
        List<String> across = values("x");
        List<String> down = values("y");
        for (int y = 0; y < Math.max(1, down.size()); y++) {
            for (int x = 0; x < Math.max(1, across.size()); x++) {
                JsonObject changed = sent.json().deepCopy();
                put(changed, "x", across, x);
                put(changed, "y", down, y);
                rows.add(row(new SentText(changed)));
            }
        }
        return rows;
    }

    private void put(JsonObject changed, String axis, List<String> values, int at) {
        if (!values.isEmpty()) {
            changed.addProperty(sent.get(axis), values.get(at));
        }
    }

    private JsonObject row(SentText from) {
        JsonObject row = new JsonObject();
        row.addProperty("prompt", from.whole("prompt"));
        if (!from.get("negative").isEmpty()) {
            row.addProperty("negative", from.whole("negative"));
        }
        for (String name : NUMBERS) {
            if (!from.get(name).isEmpty()) {
                row.add(name, number(from.get(name)));
            }
        }
        if (!from.get("pictures").isEmpty() && !isGrid()) {
            row.add("images", number(from.get("pictures")));
        }
        if (!from.get("scheduler").isEmpty()) {
            row.addProperty("scheduler", from.get("scheduler"));
        }
        addAdapter(row, from.get("strength"));
        return row;
    }

    /** With none of it the model paints as it does alone. */
    private void addAdapter(JsonObject row, String strength) {
        boolean none = strength.matches("-?0+(\\.0*)?|-?\\.0+");
        if (adapter != null && !none) {
            JsonArray adapters = new JsonArray();
            adapters.add(strength.isEmpty() ? adapter.toString() : adapter + ":" + strength);
            row.add("adapters", adapters);
        }
    }

    private static JsonPrimitive number(String text) {
        return text.matches("-?\\d{1,18}")
                ? new JsonPrimitive(Long.parseLong(text))
                : text.matches("-?\\d{0,18}\\.\\d{1,18}")
                        ? new JsonPrimitive(Double.parseDouble(text))
                        : new JsonPrimitive(text);
    }
}
