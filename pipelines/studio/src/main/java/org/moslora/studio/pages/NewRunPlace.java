package org.moslora.studio.pages;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.moslora.console.html.Html;
import org.moslora.console.recipe.RecipeEdit;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Exchange;
import org.moslora.studio.http.LoopbackServer;
import org.moslora.studio.http.Query;
import org.moslora.studio.http.Refusal;
import org.moslora.studio.runs.RunView;
import org.moslora.studio.runs.Runs;
import org.moslora.studio.work.RecipeCheck;
import org.moslora.studio.work.Trainings;

/** A recipe is written here, checked as it is written, and trained. */
final class NewRunPlace implements LoopbackServer.Site {
    private final Folders folders;
    private final Runs runs;
    private final Trainings trainings;
    private final RecipeCheck checks;
    private final RecipeStarts starts;

    NewRunPlace(Folders folders, Runs runs, Library library, Trainings trainings, RecipeCheck checks) {
        this.folders = folders;
        this.runs = runs;
        this.trainings = trainings;
        this.checks = checks;
        this.starts = new RecipeStarts(folders, library, runs);
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        List<String> steps = exchange.steps();
        if (steps.size() == 1) {
            if (exchange.isPosted()) {
                exchange.json(begun(new SentText(exchange.sent()).whole("recipe")));
            } else {
                exchange.page(page(exchange.query().get("from")));
            }
            return;
        } else if (steps.size() != 2) {
            throw Refusal.notFound();
        }
        switch (steps.get(1)) {
            case "start" -> {
                exchange.mustRead();
                JsonObject json = new JsonObject();
                json.addProperty("recipe", starts.text(exchange.query().get("from")));
                exchange.json(json);
            }
            case "keys" -> {
                exchange.mustRead();
                Query asked = exchange.query();
                exchange.part(KeyList.of(asked.get("pipeline"), asked.get("kind")));
            }
            case "check" -> {
                exchange.mustPost();
                exchange.json(checked(new SentText(exchange.sent()).whole("recipe")));
            }
            case "set" -> {
                exchange.mustPost();
                exchange.json(set(new SentText(exchange.sent())));
            }
            case "files" -> {
                exchange.mustPost();
                exchange.json(files(new SentText(exchange.sent()).whole("recipe")));
            }
            default -> throw Refusal.notFound();
        }
    }

    /** Keys and values, which takes no time. */
    private JsonObject checked(String text) {
        DraftCheck check = new DraftCheck(folders, text);
        JsonObject json = Parts.problems(check.problems());
        json.addProperty("run", check.run());
        json.addProperty("command", check.run().isEmpty() ? "" : command(check));
        json.addProperty("pipeline", check.setting("pipeline"));
        json.addProperty("kind", check.setting("adapter.kind"));
        return json;
    }

    private String command(DraftCheck check) {
        return check.compares() ? trainings.comparing(check.run()) : trainings.command(check.run());
    }

    /** The recipe with a key that was chosen from the list. */
    private static JsonObject set(SentText sent) {
        try {
            RecipeEdit edit = RecipeEdit.set(sent.whole("recipe"), sent.get("key"), sent.get("value"));
            JsonObject json = new JsonObject();
            json.addProperty("recipe", edit.text());
            json.addProperty("from", edit.from());
            json.addProperty("to", edit.to());
            return json;
        } catch (InvalidInput wrong) {
            return Parts.problems(
                    wrong.problems().stream().map(Object::toString).toList());
        }
    }

    /** Model, data and pictures, too. */
    private JsonObject files(String text) {
        DraftCheck check = new DraftCheck(folders, text);
        HeardEstimate estimate = lookedAt(check);
        JsonObject json = Parts.problems(check.problems());
        estimate.addTo(json);
        String time = estimate.steps() == 0 ? "" : time(check, estimate.steps());
        json.addProperty("time", time.isEmpty() || !check.compares() ? time : "of each trial " + time);
        return json;
    }

    /** All files are looked at; of a comparison for every variant. */
    private HeardEstimate lookedAt(DraftCheck check) {
        HeardEstimate estimate = check.files();
        if (check.isSound() && check.compares()) {
            checks.problems(check.absolute()).forEach(check::add);
        }
        return estimate;
    }

    /** How long so many steps take, by the latest run of the same model. */
    private String time(DraftCheck check, int steps) {
        String model = check.setting("model");
        Optional<RunView> like = runs.all().stream()
                .filter(run -> runs.glance(run, "model").equals(model) && run.step() > 0)
                .findFirst();
        double seconds = like.map(runs::secondsOfStep).orElse(0.0);
        String counted = steps == 1 ? "1 step" : steps + " steps";
        if (seconds == 0) {
            return counted + "; no run of this model has shown yet how long one takes";
        }
        return String.format(
                Locale.ROOT,
                "%s, about %s at the %.2f s a step of %s",
                counted,
                span(steps * seconds),
                seconds,
                like.map(RunView::name).orElse(""));
    }

    private static String span(double seconds) {
        if (seconds < 90) {
            return String.format(Locale.ROOT, "%.0f s", Math.max(1, seconds));
        }
        return seconds < 5400
                ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }

    private JsonObject begun(String text) {
        DraftCheck check = new DraftCheck(folders, text);
        HeardEstimate estimate = lookedAt(check);
        if (check.isSound()) {
            try {
                if (check.compares()) {
                    trainings.compare(check.run(), check.absolute());
                } else {
                    trainings.begin(check.run(), check.resolved(), estimate.steps());
                }
                JsonObject json = new JsonObject();
                json.addProperty("location", "/runs/" + Query.encoded(check.run()));
                return json;
            } catch (InvalidInput busy) {
                check.add(busy);
            }
        }
        return Parts.problems(check.problems());
    }

    private Html page(String from) {
        PageFrame frame = PageFrame.open("new", "New run", "/new");
        Html html = frame.html();
        Path folder = folders.recipes();
        html.open("div", "class", "split wide-first").open("form", "id", "recipe-form", "class", "card form");
        html.open("div", "class", "field").element("label", "Start from", "for", "start");
        html.open("select", "id", "start");
        html.element("option", "choose a recipe …", "value", "");
        starts.all().forEach(start -> Parts.option(html, start.name(), start.value(), from));
        html.close().close();
        html.open("div", "class", "field grow").element("label", "Recipe", "for", "recipe");
        html.element(
                "textarea",
                from.isEmpty() ? "" : starts.text(from),
                "id",
                "recipe",
                "rows",
                "26",
                "spellcheck",
                "false",
                "autocomplete",
                "off",
                "class",
                "code",
                "aria-describedby",
                "recipe-hint");
        html.element("p", "Relative paths are by " + folder + ".", "id", "recipe-hint", "class", "hint")
                .close();
        html.close().open("div", "class", "side");
        verdict(html);
        html.open("section", "class", "card", "aria-label", "Keys").element("h2", "Keys");
        html.open("div", "id", "keys")
                .element("p", "Those of the recipe's pipeline and kind show here.", "class", "quiet");
        html.close().close().close().close();
        return frame.finished();
    }

    private static void verdict(Html html) {
        html.open("section", "class", "card verdict", "aria-label", "Before it starts");
        html.element("h2", "Before it starts");
        Parts.alert(html, List.of());
        html.element(
                "p", "Write a recipe, or start from one.", "id", "verdict", "class", "quiet", "aria-live", "polite");
        html.element(
                "ul", "", "class", "problems", "data-testid", "problems", "id", "problems", "aria-label", "Problems");
        html.open("dl", "class", "estimates");
        estimate(html, "Memory", "memory");
        estimate(html, "Time", "time");
        estimate(html, "Command", "command");
        html.close();
        html.open("details", "hidden", "", "id", "notes-box").element("summary", "Remarks");
        html.element("p", "", "id", "notes", "class", "lines").close();
        html.element("button", "Start", "type", "submit", "form", "recipe-form", "id", "begin", "disabled", "");
        html.close();
    }

    private static void estimate(Html html, String name, String id) {
        html.open("div")
                .element("dt", name)
                .element("dd", "–", "id", id, "data-testid", id)
                .close();
    }
}
