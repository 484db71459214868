package org.moslora.studio.pages;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.moslora.console.html.Html;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.http.Query;
import org.moslora.studio.runs.RunState;
import org.moslora.studio.runs.RunView;
import org.moslora.studio.runs.Runs;
import org.moslora.studio.work.Trainings;
import org.moslora.training.RunFolder;

/** One run: how far it is, its curves, what it can do by now, and what it was made of. */
final class RunPage {
    private static final int LINES = 200;

    private final Runs runs;
    private final Trainings trainings;

    RunPage(Runs runs, Trainings trainings) {
        this.runs = runs;
        this.trainings = trainings;
    }

    Html page(RunView run) {
        PageFrame frame = PageFrame.open("run", run.name(), "/runs");
        Html html = frame.html();
        String address = "/runs/" + Query.encoded(run.name());
        html.open("div", "id", "run", "data-address", address, "data-last", Integer.toString(run.step()));
        head(html, run);
        Parts.alert(html, run.errors());
        if (runs.isOwn(run.folder())) {
            actions(html, run);
        }
        JsonArray first = new JsonArray();
        first.add(runs.curves(run, Charts.FIRST, 0, Integer.MAX_VALUE - 1));
        Charts.of(html, address, first, true);
        html.open("section", "aria-label", "Samples", "class", "card").element("h2", "Samples");
        html.open("div", "id", "samples").add(samples(run)).close().close();
        html.open("div", "class", "halves", "id", "made").add(made(run)).close();
        html.open("section", "aria-label", "Log", "class", "card").element("h2", "Log");
        html.open("pre", "tabindex", "0", "role", "group", "aria-label", "What the training said", "class", "log");
        html.element("code", log(run), "id", "log").close().close();
        html.close();
        return frame.finished();
    }

    private static void head(Html html, RunView run) {
        html.open("dl", "class", "facts");
        html.open("div").element("dt", "State").open("dd");
        RunListPage.state(html, run.state());
        html.close().close();
        html.open("div")
                .element("dt", "Step")
                .element("dd", run.steps(), "data-testid", "step")
                .close();
        html.open("div")
                .element("dt", "Loss")
                .element("dd", RunListPage.loss(run), "data-testid", "loss")
                .close();
        html.open("div").element("dt", "Left").element("dd", "–", "id", "left").close();
        html.close();
        int most = Math.max(1, Math.max(run.total(), run.step()));
        html.element(
                "progress",
                "",
                "max",
                Integer.toString(most),
                "value",
                Integer.toString(run.step()),
                "aria-label",
                "Steps taken",
                "id",
                "progress");
    }

    private static void actions(Html html, RunView run) {
        boolean live = run.state().isLive();
        boolean canStop = live && run.state() != RunState.STOPPING;
        html.open("form", "class", "bar", "id", "actions");
        button(html, "Stop", "stop", canStop);
        html.open("div", "class", "field small").element("label", "Steps", "for", "steps");
        html.empty(
                "input",
                "id",
                "steps",
                "type",
                "number",
                "min",
                "1",
                "step",
                "1",
                "value",
                run.total() > 0 ? Integer.toString(run.total()) : "");
        html.close();
        button(html, "Resume", "resume", !live && Files.exists(new RunFolder(run.folder()).recipe()));
        html.element(
                "a",
                "New run from this recipe",
                "class",
                "link",
                "href",
                "/new?from="
                        + Query.encoded(new RunFolder(run.folder()).recipe().toString()));
        html.close();
    }

    private static void button(Html html, String name, String id, boolean enabled) {
        if (enabled) {
            html.element("button", name, "type", "button", "id", id, "class", "second");
        } else {
            html.element("button", name, "type", "button", "id", id, "class", "second", "disabled", "");
        }
    }

    /** The samples of a run, the latest first. */
    Html samples(RunView run) {
        Html html = new Html();
        SampleList.of(html, run);
        return html;
    }

    /** What the run is made of, which is there once it has begun. */
    Html made(RunView run) {
        Html html = new Html();
        String address = "/runs/" + Query.encoded(run.name()) + "/files/";
        file(html, "Recipe", new RunFolder(run.folder()).recipe(), address + "recipe.yaml");
        file(html, "Provenance", new RunFolder(run.folder()).provenance(), address + "provenance.json");
        return html;
    }

    private static void file(Html html, String name, Path file, String address) {
        html.open("section", "aria-label", name, "class", "card").element("h2", name);
        try {
            String text = Files.size(file) > 1 << 20 ? Files.size(file) + " bytes" : InputFile.text(file);
            Parts.text(html, name + " as a file", text);
            html.element("a", "Open the file", "href", address, "class", "link");
        } catch (InvalidInput | IOException none) {
            html.element("p", "Not there yet.", "class", "quiet");
        }
        html.close();
    }

    private String log(RunView run) {
        List<String> lines = trainings.said(run.name());
        String end = String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
        return end.isEmpty() ? "Nothing: it was not started from here." : end;
    }

    /** What a page that is open should know now. */
    JsonObject now(RunView run) {
        JsonObject json = new JsonObject();
        json.addProperty("state", run.state().word());
        json.addProperty("steps", run.steps());
        json.addProperty("last", run.step());
        json.addProperty("total", run.total());
        json.addProperty("loss", RunListPage.loss(run));
        json.addProperty("live", run.state().isLive());
        json.addProperty("seconds", runs.secondsOfStep(run));
        json.addProperty("samples", SampleList.count(run));
        json.addProperty("recipe", Files.exists(new RunFolder(run.folder()).recipe()));
        JsonArray errors = new JsonArray();
        run.errors().forEach(errors::add);
        json.add("errors", errors);
        json.addProperty("log", log(run));
        return json;
    }
}
