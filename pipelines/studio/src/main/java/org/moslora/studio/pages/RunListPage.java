package org.moslora.studio.pages;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.moslora.console.html.Html;
import org.moslora.studio.http.Query;
import org.moslora.studio.runs.ComparisonView;
import org.moslora.studio.runs.RunState;
import org.moslora.studio.runs.RunView;
import org.moslora.studio.runs.Runs;

/** All runs. */
final class RunListPage {
    private final Runs runs;

    RunListPage(Runs runs) {
        this.runs = runs;
    }

    Html page() {
        PageFrame frame = PageFrame.open("runs", "Runs", "/runs");
        frame.html().open("div", "id", "list").add(table()).close();
        return frame.finished();
    }

    private static void comparisons(Html html, List<ComparisonView> all) {
        if (all.isEmpty()) {
            return;
        }
        html.open("section", "class", "card", "aria-label", "Comparisons").element("h2", "Comparisons");
        html.open("ul", "class", "legend");
        for (ComparisonView each : all) {
            html.open("li").element("a", each.name(), "href", "/runs/" + Query.encoded(each.name()));
            int done = each.done().size();
            html.element("span", done == 1 ? "1 trial done" : done + " trials done", "class", "quiet");
            state(html, each.state()).close();
        }
        html.close().close();
    }

    /** The table alone, for a page that is open. */
    Html table() {
        Html html = new Html();
        List<RunView> all = runs.all();
        List<ComparisonView> comparisons = runs.comparisons();
        if (all.isEmpty() && comparisons.isEmpty()) {
            Parts.empty(html, "No run yet.", "New run starts one; runs of the command line show here, too.");
            return html;
        }
        boolean live = all.stream().anyMatch(run -> run.state().isLive())
                || comparisons.stream().anyMatch(each -> each.state().isLive());
        html.open("form", "action", "/runs/compare", "method", "get", "data-live", Boolean.toString(live));
        html.open("div", "class", "bar");
        html.open("label", "class", "find").element("span", "Find", "class", "unseen");
        html.empty("input", "type", "search", "id", "find", "placeholder", "Find a run", "autocomplete", "off");
        html.close();
        html.element("span", counted(all), "class", "quiet");
        html.element("button", "Compare", "type", "submit", "id", "compare", "class", "second")
                .close();
        html.open("div", "class", "table")
                .open("table", "aria-label", "Runs", "class", "runs")
                .open("thead")
                .open("tr");
        html.open("th", "scope", "col")
                .element("span", "Compare", "class", "unseen")
                .close();
        for (String head : List.of("Run", "State", "Step", "Loss", "Pipeline", "Kind", "Rank", "Model", "Changed")) {
            html.element("th", head, "scope", "col");
        }
        html.close().close().open("tbody");
        all.forEach(run -> row(html, run));
        html.close().close().close().close();
        comparisons(html, comparisons);
        return html;
    }

    private static String counted(List<RunView> all) {
        long live = all.stream().filter(run -> run.state().isLive()).count();
        return all.size() + (all.size() == 1 ? " run" : " runs") + (live > 0 ? ", " + live + " under way" : "");
    }

    private void row(Html html, RunView run) {
        html.open("tr").open("td");
        html.empty(
                "input", "type", "checkbox", "name", "run", "value", run.name(), "aria-label", "Compare " + run.name());
        html.close();
        html.open("th", "scope", "row")
                .element("a", run.name(), "href", "/runs/" + Query.encoded(run.name()))
                .close();
        html.open("td");
        state(html, run.state());
        html.close();
        html.element("td", run.steps(), "data-testid", "step");
        html.element("td", loss(run), "data-testid", "loss");
        html.element("td", runs.glance(run, "pipeline"));
        html.element("td", runs.glance(run, "adapter.kind"));
        html.element("td", runs.glance(run, "adapter.rank"));
        html.element("td", model(runs.glance(run, "model")));
        html.element("td", ago(run)).close();
    }

    /** What people call a model: its folder, or the one around it where that is called model, as in a run's. */
    static String model(String path) {
        String name = path.replaceFirst("/+model/*$", "");
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** A state, as a word with a colour. */
    static Html state(Html html, RunState state) {
        return html.element("span", state.word(), "class", "state " + state.word(), "data-testid", "state");
    }

    /** The last loss. */
    static String loss(RunView run) {
        return Double.isNaN(run.loss()) ? "–" : String.format(Locale.ROOT, "%.4f", run.loss());
    }

    private static String ago(RunView run) {
        long minutes = Duration.between(Instant.ofEpochMilli(run.changed()), Instant.now())
                .toMinutes();
        if (minutes < 1) {
            return "now";
        } else if (minutes < 120) {
            return minutes + " min ago";
        }
        return minutes < 2880 ? minutes / 60 + " h ago" : minutes / 1440 + " days ago";
    }
}
