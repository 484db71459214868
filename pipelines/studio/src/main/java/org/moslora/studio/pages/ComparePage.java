package org.moslora.studio.pages;

import com.google.gson.JsonArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.moslora.console.html.Html;
import org.moslora.console.recipe.RecipeText;
import org.moslora.console.recipe.Recipes;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.http.Query;
import org.moslora.studio.http.Refusal;
import org.moslora.studio.runs.RunView;
import org.moslora.studio.runs.Runs;
import org.moslora.training.RunFolder;

/** Several runs over each other, and what differs in their recipes. */
final class ComparePage {
    private static final int MOST = 12;

    private final Runs runs;

    ComparePage(Runs runs) {
        this.runs = runs;
    }

    Html page(List<String> names) {
        List<RunView> all = new ArrayList<>();
        names.stream()
                .distinct()
                .limit(MOST)
                .forEach(name -> all.add(runs.named(name).orElseThrow(Refusal::notFound)));
        PageFrame frame = PageFrame.open("compare", "Compare runs", "/runs");
        Html html = frame.html();
        html.open("ul", "class", "legend", "id", "legend", "aria-label", "Runs");
        for (RunView run : all) {
            html.open("li").element("span", "", "class", "swatch", "aria-hidden", "true");
            html.element("a", run.name(), "href", "/runs/" + Query.encoded(run.name()));
            html.element("span", run.steps(), "class", "quiet number");
            html.element("span", RunListPage.loss(run), "class", "number");
            RunListPage.state(html, run.state());
            html.close();
        }
        html.close();
        String addresses =
                all.stream().map(run -> "/runs/" + Query.encoded(run.name())).collect(Collectors.joining("\n"));
        JsonArray first = new JsonArray();
        all.forEach(run -> first.add(runs.curves(run, Charts.FIRST / all.size(), 0, Integer.MAX_VALUE - 1)));
        Charts.of(html, addresses, first, false);
        html.open("section", "aria-label", "What differs", "class", "card").element("h2", "What differs");
        differences(html, all);
        html.close();
        return frame.finished();
    }

    private static void differences(Html html, List<RunView> all) {
        Map<RunView, Map<String, String>> said = new LinkedHashMap<>();
        all.forEach(run -> said.put(run, leaves(run)));
        Set<String> keys = new LinkedHashSet<>();
        said.values().forEach(leaves -> keys.addAll(leaves.keySet()));
        keys.removeIf(key -> said.values().stream()
                        .map(leaves -> leaves.getOrDefault(key, ""))
                        .distinct()
                        .count()
                < 2);
        if (keys.isEmpty()) {
            html.element("p", "Nothing: their recipes say the same.", "class", "quiet");
            return;
        }
        html.open("div", "class", "table", "tabindex", "0", "role", "group", "aria-label", "Table of differences");
        html.open("table", "aria-label", "Differences", "class", "differences")
                .open("thead")
                .open("tr");
        html.element("th", "Key", "scope", "col");
        all.forEach(run -> html.element("th", run.name(), "scope", "col"));
        html.close().close().open("tbody");
        for (String key : keys) {
            html.open("tr").open("th", "scope", "row");
            key(html, key);
            html.close();
            said.values().forEach(leaves -> html.element("td", leaves.getOrDefault(key, "–")));
            html.close();
        }
        html.close().close().close();
    }

    /** A line ends behind a dot or a stroke of a key, not within a word. */
    private static void key(Html html, String key) {
        String[] words = key.split("(?<=[._])");
        html.open("code").text(words[0]);
        for (int i = 1; i < words.length; i++) {
            html.empty("wbr").text(words[i]);
        }
        html.close();
    }

    private static Map<String, String> leaves(RunView run) {
        try {
            return Recipes.leaves(RecipeText.read(new RunFolder(run.folder()).recipe()));
        } catch (InvalidInput unreadable) {
            return Map.of();
        }
    }
}
