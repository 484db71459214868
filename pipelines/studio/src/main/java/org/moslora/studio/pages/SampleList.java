package org.moslora.studio.pages;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.console.html.Html;
import org.moslora.console.recipe.RecipeText;
import org.moslora.console.recipe.Recipes;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.http.Query;
import org.moslora.studio.runs.RunView;
import org.moslora.tensors.FolderEntries;
import org.moslora.training.RunFolder;

/** Answers and pictures that a run has made on its way, the latest first. */
final class SampleList {
    private static final Pattern NAME = Pattern.compile("step-(\\d{1,9})\\.(jsonl|png)");
    private static final int MOST = 60;
    private static final int MOST_ANSWERS = 16;

    private SampleList() {}

    private record Sample(int step, Path file) {}

    static int count(RunView run) {
        return found(run).size();
    }

    private static List<Sample> found(RunView run) {
        List<Sample> samples = new ArrayList<>();
        for (Path file : FolderEntries.readable(new RunFolder(run.folder()).samples())) {
            Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
            if (name.matches() && Files.isRegularFile(file)) {
                samples.add(new Sample(Integer.parseInt(name.group(1)), file));
            }
        }
        samples.sort(Comparator.comparingInt(Sample::step).reversed());
        return samples;
    }

    static void of(Html html, RunView run) {
        List<Sample> samples = found(run);
        if (samples.isEmpty()) {
            html.element(
                    "p",
                    "None. validation.prompts in a recipe has answers or pictures made while it trains.",
                    "class",
                    "quiet");
            return;
        }
        html.open("div", "class", "samples", "tabindex", "0", "role", "group", "aria-label", "Samples by step");
        for (Sample sample : samples.subList(0, Math.min(MOST, samples.size()))) {
            html.open("article", "class", "sample").element("h3", "Step " + sample.step());
            if (sample.file().toString().endsWith(".png")) {
                String address = "/runs/" + Query.encoded(run.name()) + "/files/samples/"
                        + sample.file().getFileName();
                html.open("a", "href", address)
                        .empty("img", "src", address, "alt", prompts(run), "loading", "lazy")
                        .close();
            } else {
                answers(html, sample.file());
            }
            html.close();
        }
        html.close();
    }

    /** What was painted, which a grid of pictures does not say itself. */
    private static String prompts(RunView run) {
        try {
            Map<String, String> leaves = Recipes.leaves(RecipeText.read(new RunFolder(run.folder()).recipe()));
            String prompts = leaves.getOrDefault("validation.prompts", "");
            return prompts.startsWith("[") ? prompts.substring(1, prompts.length() - 1) : prompts;
        } catch (InvalidInput unreadable) {
            return "samples";
        }
    }

    private static void answers(Html html, Path file) {
        List<String> lines;
        try {
            lines = InputFile.lines(file);
        } catch (InvalidInput | IOException noText) {
            return;
        }
        for (String line : lines.subList(0, Math.min(MOST_ANSWERS, lines.size()))) {
            JsonObject row = row(line);
            if (row != null) {
                html.open("div", "class", "answered");
                if (!text(row, "id").equals(text(row, "question"))) {
                    html.element("p", text(row, "id"), "class", "quiet clip");
                }
                html.element("p", text(row, "question"), "class", "asked");
                html.element("p", text(row, "answer"), "class", "said");
                if (!text(row, "expected").isEmpty()) {
                    html.element("p", "expected: " + text(row, "expected"), "class", "quiet");
                }
                html.close();
            }
        }
    }

    private static @Nullable JsonObject row(String line) {
        try {
            return JsonParser.parseString(line).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException torn) {
            return null;
        }
    }

    private static String text(JsonObject row, String name) {
        JsonElement value = row.get(name);
        return value instanceof JsonPrimitive text ? text.getAsString() : "";
    }
}
