package org.moslora.studio.pages;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.moslora.console.html.Html;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Query;

/** What {@code compare} leaves, and what it has by now while its trials run: scores, trials and plots. */
final class ComparisonPage {
    /** The file by which a folder is known as a comparison's. */
    private static final String OWNER = "trained-by.yaml";

    private static final long MOST_BYTES = 8 << 20;

    private ComparisonPage() {}

    static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(OWNER));
    }

    /** The names of all comparisons beside the runs. */
    static List<String> names(Library library) {
        return library.runFolders().stream()
                .filter(ComparisonPage::isOne)
                .map(folder -> String.valueOf(folder.getFileName()))
                .toList();
    }

    static Html page(Path folder) {
        String name = String.valueOf(folder.getFileName());
        PageFrame frame = PageFrame.open("comparison", name, "/runs", "A comparison of adapters on one task.");
        frame.html().open("div", "id", "comparison", "data-address", "/runs/" + Query.encoded(name));
        frame.html().add(content(folder)).close();
        return frame.finished();
    }

    /** All but the frame, for a page that is open. */
    static Html content(Path folder) {
        Html html = new Html();
        JsonObject done = json(folder.resolve("comparison.json"));
        if (done.get("rows") instanceof JsonArray rows && !rows.isEmpty()) {
            section(html, "Scores", rows);
        } else {
            html.element("p", "The scores come when the last trial is done.", "class", "quiet", "aria-busy", "true");
        }
        section(html, "Trials", trials(folder));
        plots(html, folder);
        return html;
    }

    /** The trials that are done by now, each by its file. */
    private static JsonArray trials(Path folder) {
        JsonArray trials = new JsonArray();
        List<Path> files = files(folder.resolve("trials"), "*.json");
        for (Path file : files) {
            JsonObject trial = json(file);
            JsonObject row = new JsonObject();
            String id = String.valueOf(file.getFileName());
            row.addProperty("trial", id.substring(0, id.length() - ".json".length()));
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
            trials.add(row);
        }
        return trials;
    }

    private static List<Path> files(Path folder, String pattern) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, pattern)) {
            all.forEach(files::add);
        } catch (IOException none) {
            return List.of();
        }
        files.sort(null);
        return files;
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
        columns.forEach(column -> html.element("th", column.replace('_', ' '), "scope", "col"));
        html.close().close().open("tbody");
        for (JsonElement row : rows) {
            html.open("tr");
            columns.forEach(
                    column -> html.element("td", value(row.getAsJsonObject().get(column)), "class", "number"));
            html.close();
        }
        html.close().close().close().close();
    }

    private static String value(@org.jspecify.annotations.Nullable JsonElement value) {
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
        List<Path> plots = files(folder, "*.png");
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
