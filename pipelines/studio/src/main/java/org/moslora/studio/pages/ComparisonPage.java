package org.moslora.studio.pages;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.console.html.Html;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.http.Query;
import org.moslora.studio.runs.ComparisonView;
import org.moslora.studio.runs.RunState;
import org.moslora.studio.runs.Runs;
import org.moslora.studio.work.Trainings;
import org.moslora.tensors.FolderEntries;

/** What {@code compare} leaves, and what it has by now while its trials run: scores, trials and plots. */
final class ComparisonPage {
    private static final long MOST_BYTES = 8 << 20;
    private static final int MOST_CURVES = 12;
    private static final String TRIAL = "trial";

    /** Short words for the columns of a table that has many. */
    private static final Map<String, String> HEADS = Map.of(
            "learning_rate", "rate",
            "validation_mean", "validation",
            "test_mean", "test",
            "test_standard_error", "± of it",
            "difference_standard_error", "± of it",
            "difference_margin_95", "95 % within ±",
            "p_holm", "p (Holm)",
            "peak_rss_bytes", "peak");

    private final Runs runs;
    private final Trainings trainings;

    ComparisonPage(Runs runs, Trainings trainings) {
        this.runs = runs;
        this.trainings = trainings;
    }

    Html page(ComparisonView comparison) {
        PageFrame frame =
                PageFrame.open("comparison", comparison.name(), "/runs", "A comparison of adapters on one task.");
        String address = "/runs/" + Query.encoded(comparison.name());
        frame.html().open("div", "id", "comparison", "data-address", address);
        frame.html().add(content(comparison)).close();
        return frame.finished();
    }

    /** All but the frame, for a page that is open. */
    Html content(ComparisonView comparison) {
        Html html = new Html();
        boolean live = comparison.state().isLive();
        html.open("div", "class", "bar", "data-live", Boolean.toString(live));
        RunListPage.state(html, comparison.state());
        if (runs.isOwn(comparison.folder())) {
            button(html, "Stop", "stop", live && comparison.state() != RunState.STOPPING);
            button(html, "Resume", "resume", comparison.state().canResume() && trainings.knows(comparison.name()));
        }
        html.close();
        Parts.alert(html, comparison.errors());
        JsonObject done = json(comparison.folder().resolve("comparison.json"));
        if (done.get("rows") instanceof JsonArray rows && !rows.isEmpty()) {
            section(html, "Scores", rows);
        } else {
            html.element("p", "The scores come when the last trial is done.", "class", "quiet");
        }
        trials(html, comparison);
        plots(html, comparison.folder());
        String log = String.join("\n", trainings.said(comparison.name()));
        if (!log.isEmpty()) {
            html.open("section", "class", "card", "aria-label", "Log").element("h2", "Log");
            Parts.text(html, "What the comparison said", log);
            html.close();
        }
        return html;
    }

    private static void button(Html html, String name, String order, boolean enabled) {
        if (enabled) {
            html.element("button", name, "type", "button", "class", "second", "data-order", order);
        } else {
            html.element("button", name, "type", "button", "class", "second", "data-order", order, "disabled", "");
        }
    }

    /** Those that are done with their figures, and those under way; the curves of each are a link away. */
    private void trials(Html html, ComparisonView comparison) {
        JsonArray trials = new JsonArray();
        comparison.done().forEach(id -> trials.add(done(comparison, id)));
        for (String id : comparison.begun()) {
            JsonObject row = new JsonObject();
            row.addProperty(TRIAL, comparison.trial(id));
            runs.named(comparison.trial(id)).ifPresent(run -> row.addProperty("step", run.steps()));
            trials.add(row);
        }
        section(html, "Trials", trials);
        String curves = Stream.concat(comparison.begun().stream(), comparison.done().stream())
                .filter(id -> runs.named(comparison.trial(id)).isPresent())
                .limit(MOST_CURVES)
                .map(id -> "run=" + Query.encoded(comparison.trial(id)))
                .collect(Collectors.joining("&"));
        if (!curves.isEmpty()) {
            html.element("a", "Their curves over each other", "href", "/runs/compare?" + curves, "class", "link");
        }
    }

    private static JsonObject done(ComparisonView comparison, String id) {
        JsonObject trial = json(comparison.folder().resolve("trials/" + id + ".json"));
        JsonObject row = new JsonObject();
        row.addProperty(TRIAL, comparison.trial(id));
        for (String key : List.of("trainingLoss", "validation", "test", "parameters", "seconds")) {
            JsonElement value = trial.get(key);
            if (value instanceof JsonObject score && score.get("values") instanceof JsonObject values) {
                values.entrySet()
                        .forEach(entry -> row.add(
                                key + " "
                                        + entry.getKey()
                                                .toLowerCase(Locale.ROOT)
                                                .replace('_', ' '),
                                entry.getValue()));
            } else if (value instanceof JsonPrimitive) {
                row.add(key.equals("trainingLoss") ? "training loss" : key, value);
            }
        }
        return row;
    }

    private static JsonObject json(Path file) {
        try {
            JsonElement json =
                    Files.size(file) > MOST_BYTES ? new JsonObject() : JsonParser.parseString(InputFile.text(file));
            return json instanceof JsonObject object ? object : new JsonObject();
        } catch (InvalidInput | IOException | JsonParseException absent) {
            return new JsonObject();
        }
    }

    private static void section(Html html, String name, JsonArray rows) {
        html.open("section", "class", "card", "aria-label", name).element("h2", name);
        if (rows.isEmpty()) {
            html.element("p", "None yet.", "class", "quiet").close();
            return;
        }
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> columns.addAll(row.getAsJsonObject().keySet()));
        columns.removeIf(column -> rows.asList().stream()
                .allMatch(row -> value(row.getAsJsonObject().get(column)).isEmpty()));
        html.open("div", "class", "table", "tabindex", "0", "role", "group", "aria-label", "Table of " + name);
        html.open("table", "aria-label", name).open("thead").open("tr");
        columns.forEach(column -> html.element("th", head(column), "scope", "col"));
        html.close().close().open("tbody");
        for (JsonElement row : rows) {
            html.open("tr");
            columns.forEach(column -> cell(html, column, row.getAsJsonObject().get(column)));
            html.close();
        }
        html.close().close().close().close();
    }

    private static String head(String column) {
        return HEADS.getOrDefault(column, column.replace('_', ' '));
    }

    private static void cell(Html html, String column, @Nullable JsonElement value) {
        String text = value(value);
        if (column.equals(TRIAL)) {
            html.open("th", "scope", "row")
                    .element("a", text.substring(text.lastIndexOf('/') + 1), "href", "/runs/" + Query.encoded(text))
                    .close();
        } else if (column.endsWith("_bytes") && value instanceof JsonPrimitive bytes && bytes.isNumber()) {
            html.element(
                    "td", String.format(Locale.ROOT, "%.2f GiB", bytes.getAsDouble() / (1 << 30)), "class", "number");
        } else {
            html.element("td", text, "class", "number");
        }
    }

    private static String value(@Nullable JsonElement value) {
        if (!(value instanceof JsonPrimitive known)) {
            return "";
        } else if (!known.isNumber()) {
            return known.getAsString();
        }
        double number = known.getAsDouble();
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? String.format(Locale.ROOT, "%,d", (long) number)
                : String.format(Locale.ROOT, Math.abs(number) < 1e-3 ? "%.2e" : "%.4f", number);
    }

    private static void plots(Html html, Path folder) {
        List<Path> plots = FolderEntries.readable(folder).stream()
                .filter(file -> file.toString().endsWith(".png"))
                .toList();
        if (plots.isEmpty()) {
            return;
        }
        html.open("section", "class", "card", "aria-label", "Plots").element("h2", "Plots");
        html.open("div", "class", "pictures plots");
        for (Path plot : plots) {
            String file = String.valueOf(plot.getFileName());
            String address =
                    "/runs/" + Query.encoded(String.valueOf(folder.getFileName())) + "/files/" + Query.encoded(file);
            html.open("a", "href", address)
                    .empty("img", "src", address, "alt", file.replace(".png", ""), "loading", "lazy")
                    .close();
        }
        html.close().close();
    }
}
