package org.moslora.studio.pages;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.moslora.console.html.Html;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Query;
import org.moslora.studio.runs.RunView;
import org.moslora.studio.runs.Runs;

/** All runs. */
final class RunListPage {
    private final Runs runs;
    private final Library library;

    RunListPage(Runs runs, Library library) {
        this.runs = runs;
        this.library = library;
    }

    Html page() {
        PageFrame frame = PageFrame.open("runs", "Runs", "/runs");
        frame.html().open("div", "id", "list").add(table()).close();
        List<String> comparisons = ComparisonPage.names(library);
        if (!comparisons.isEmpty()) {
            frame.html()
                    .open("section", "class", "card", "aria-label", "Comparisons")
                    .element("h2", "Comparisons");
            frame.html().open("ul");
            comparisons.forEach(name -> frame.html()
                    .open("li")
                    .element("a", name, "href", "/runs/" + Query.encoded(name))
                    .close());
            frame.html().close().close();
        }
        return frame.finished();
    }

    /** The table alone, for a page that is open. */
    Html table() {
        Html html = new Html();
        List<RunView> all = runs.all();
        if (all.isEmpty()) {
            Parts.empty(html, "No run yet.", "New run starts one; runs of the command line show here, too.");
            return html;
        }
        boolean live = all.stream().anyMatch(run -> run.state().isLive());
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
        for (String head : List.of("Run", "State", "Step", "Loss", "Kind", "Rank", "Model", "Last")) {
            html.element("th", head, "scope", "col");
        }
        html.close().close().open("tbody");
        all.forEach(run -> row(html, run));
        html.close().close().close().close();
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
        state(html, run);
        html.close();
        html.element("td", run.steps(), "data-testid", "step");
        html.element("td", loss(run), "data-testid", "loss");
        html.element("td", runs.glance(run, "adapter.kind"));
        html.element("td", runs.glance(run, "adapter.rank"));
        String model = runs.glance(run, "model");
        html.element("td", model.substring(model.lastIndexOf('/') + 1));
        html.element("td", ago(run)).close();
    }

    /** A run's state, as a word with a colour. */
    static void state(Html html, RunView run) {
        String word = run.state().word();
        html.element("span", word, "class", "state " + word, "data-testid", "state");
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
