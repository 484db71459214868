package org.moslora.studio.pages;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.console.html.Html;
import org.moslora.models.ModelOnDisk;
import org.moslora.problems.Problems;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Exchange;
import org.moslora.studio.http.LoopbackServer;
import org.moslora.studio.http.Refusal;
import org.moslora.studio.work.BlindTrials;

/** Two adapters beside each other without their names, until one is found better. */
final class BlindPlace implements LoopbackServer.Site {
    private final Folders folders;
    private final Library library;
    private final List<String> options;
    private final BlindTrials trials;

    BlindPlace(Folders folders, Library library, List<String> options, BlindTrials trials) {
        this.folders = folders;
        this.library = library;
        this.options = options;
        this.trials = trials;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        List<String> steps = exchange.steps();
        if (steps.size() == 1) {
            if (exchange.isPosted()) {
                exchange.json(begun(new SentText(exchange.sent())));
            } else {
                exchange.page(page());
            }
        } else if (steps.size() == 2 && steps.get(1).equals("tally")) {
            exchange.mustRead();
            exchange.part(tally());
        } else if (steps.size() == 2) {
            exchange.mustRead();
            exchange.json(trials.answer(steps.get(1)).orElseThrow(Refusal::notFound));
        } else if (steps.size() == 3 && steps.get(2).equals("choice")) {
            exchange.mustPost();
            String side = new SentText(exchange.sent()).get("side");
            if (!List.of("left", "right", "same").contains(side)) {
                throw new Refusal(400, "left, right or same is expected.");
            }
            exchange.json(trials.choose(steps.get(1), side).orElseThrow(Refusal::notFound));
        } else if (steps.size() == 3 && steps.get(2).matches("[01]\\.png")) {
            exchange.mustRead();
            exchange.file(
                    trials.picture(steps.get(1), steps.get(2).charAt(0) - '0').orElseThrow(Refusal::notFound));
        } else {
            throw Refusal.notFound();
        }
    }

    private JsonObject begun(SentText sent) {
        Problems problems = new Problems();
        Path model = sent.path("model", folders, problems);
        Path first = sent.path("first", folders, problems);
        Path second = sent.path("second", folders, problems);
        if (model == null && problems.isEmpty()) {
            problems.add("Model", "choose one");
        }
        if (problems.isEmpty() && (first == null ? second == null : first.equals(second))) {
            problems.add("Second adapter", "is the first one; choose two that differ");
        }
        if (sent.get("prompt").isEmpty()) {
            problems.add("Prompt", "write one");
        }
        if (!problems.isEmpty() || model == null) {
            return Parts.problems(SentText.lines(problems));
        }
        boolean pictures = ModelOnDisk.isDiffusion(model);
        JsonObject asked = new JsonObject();
        asked.addProperty("model", model.toString());
        asked.addProperty("prompt", sent.get("prompt"));
        asked.addProperty("seed", sent.get("seed"));
        JsonObject json = new JsonObject();
        json.addProperty(
                "id",
                trials.begin(asked, side(model, first, sent, pictures), side(model, second, sent, pictures), pictures));
        return json;
    }

    private BlindTrials.Side side(Path model, @Nullable Path adapter, SentText sent, boolean pictures) {
        List<String> words = new ArrayList<>(List.of(pictures ? "generate" : "chat", "--model=" + model));
        if (adapter != null) {
            words.add("--adapter=" + adapter);
        }
        String seed = sent.get("seed").matches("\\d{1,9}") ? sent.get("seed") : "0";
        words.add("--seed=" + seed);
        words.addAll(options);
        if (pictures) {
            words.add("--prompt=" + sent.get("prompt"));
        } else {
            words.add("--max-new-tokens=128");
            words.add("--");
            words.add(sent.get("prompt"));
        }
        return new BlindTrials.Side(adapter == null ? "no adapter" : adapter.toString(), words);
    }

    private Html page() {
        PageFrame frame = PageFrame.open(
                "blind", "Blind", "/chat", "Two adapters answer, or paint; which is which shows when you have chosen.");
        Html html = frame.html();
        List<Library.Entry> models = Stream.concat(library.languageModels().stream(), library.pictureModels().stream())
                .toList();
        html.open("div", "class", "split").open("form", "id", "trial", "class", "card form");
        Parts.choice(html, "Model", "model", models, models.isEmpty() ? "none found" : "", "");
        Parts.choice(html, "First adapter", "first", library.adapters(), "none", "");
        Parts.choice(html, "Second adapter", "second", library.adapters(), "none", "");
        html.open("div", "class", "field").element("label", "Prompt", "for", "prompt");
        html.element("textarea", "", "id", "prompt", "name", "prompt", "rows", "3")
                .close();
        Parts.number(html, "Seed", "seed", "0", "min", "0", "step", "1");
        html.element("button", "Compare", "type", "submit", "id", "begin").close();
        html.open("div");
        Parts.alert(html, List.of());
        html.open("div", "class", "halves");
        side(html, "Left", "left");
        side(html, "Right", "right");
        html.close().open("div", "class", "bar", "id", "choices");
        for (String[] choice :
                new String[][] {{"Left is better", "left"}, {"No difference", "same"}, {"Right is better", "right"}}) {
            html.element(
                    "button", choice[0], "type", "button", "class", "second", "data-side", choice[1], "disabled", "");
        }
        html.close().open("section", "class", "card", "aria-label", "Tally").element("h2", "Tally");
        html.open("div", "id", "tally").add(tally()).close().close().close().close();
        return frame.finished();
    }

    private static void side(Html html, String name, String id) {
        html.open("section", "class", "card", "aria-label", name).element("h2", name, "id", id + "-name");
        html.element("div", "", "class", "answer", "id", id, "aria-live", "polite")
                .close();
    }

    private Html tally() {
        Html html = new Html();
        List<BlindTrials.Tally> tallies = trials.tallies();
        if (tallies.isEmpty()) {
            html.element("p", "Nothing was chosen yet.", "class", "quiet");
            return html;
        }
        html.open("div", "class", "table", "tabindex", "0", "role", "group", "aria-label", "Table of the tally");
        html.open("table", "aria-label", "Tally").open("thead").open("tr");
        for (String head : List.of("One", "better", "The other", "better", "Same")) {
            html.element("th", head, "scope", "col");
        }
        html.close().close().open("tbody");
        for (BlindTrials.Tally tally : tallies) {
            html.open("tr").element("td", name(tally.firstName())).element("td", "" + tally.first(), "class", "number");
            html.element("td", name(tally.secondName())).element("td", "" + tally.second(), "class", "number");
            html.element("td", "" + tally.same(), "class", "number").close();
        }
        html.close().close().close();
        return html;
    }

    /** A run's adapter is known by its run. */
    private static String name(String path) {
        Path place = Path.of(path);
        Path outer = place.getParent();
        return place.endsWith("adapter") && outer != null
                ? String.valueOf(outer.getFileName())
                : String.valueOf(place.getFileName());
    }
}
