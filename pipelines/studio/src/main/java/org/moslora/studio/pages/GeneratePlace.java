package org.moslora.studio.pages;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.moslora.console.html.Html;
import org.moslora.diffusion.schedule.SchedulerName;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Exchange;
import org.moslora.studio.http.LoopbackServer;
import org.moslora.studio.http.Refusal;
import org.moslora.studio.work.Paintings;

/** Pictures of a prompt, with a slider for how much of an adapter, and grids over two of their settings. */
final class GeneratePlace implements LoopbackServer.Site {
    private static final int SHOWN = 12;

    private final Folders folders;
    private final Library library;
    private final List<String> options;
    private final Paintings paintings;

    GeneratePlace(Folders folders, Library library, List<String> options, Paintings paintings) {
        this.folders = folders;
        this.library = library;
        this.options = options;
        this.paintings = paintings;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        List<String> steps = exchange.steps();
        if (steps.size() == 1) {
            if (exchange.isPosted()) {
                exchange.json(asked(exchange.sent()));
            } else {
                exchange.page(
                        page(exchange.query().get("model"), exchange.query().get("adapter")));
            }
            return;
        }
        exchange.mustRead();
        Paintings.Painting painting = paintings.painting(steps.get(1)).orElseThrow(Refusal::notFound);
        if (steps.size() == 2) {
            exchange.part(PaintingCard.of(painting));
        } else if (steps.size() == 3) {
            Path file = painting.files().stream()
                    .filter(each -> String.valueOf(each.getFileName()).equals(steps.get(2)))
                    .findFirst()
                    .orElseThrow(Refusal::notFound);
            exchange.file(file);
        } else {
            throw Refusal.notFound();
        }
    }

    private JsonObject asked(JsonObject sent) {
        PaintingRequest request = new PaintingRequest(sent, folders);
        if (!request.problems().isEmpty()) {
            return Parts.problems(request.problems());
        }
        String rows = request.isGrid()
                ? request.rows().stream().map(row -> row + "\n").collect(Collectors.joining())
                : "";
        JsonObject json = new JsonObject();
        json.addProperty("id", paintings.paint(request.words(options), rows, sent));
        return json;
    }

    private Html page(String model, String adapter) {
        PageFrame frame = PageFrame.open("generate", "Generate", "/generate");
        Html html = frame.html();
        List<Library.Entry> models = library.pictureModels();
        if (models.isEmpty()) {
            Parts.empty(html, "No model that paints.", "Start the studio with --models and a folder that holds one.");
        }
        html.open("div", "class", "split").open("form", "id", "paint", "class", "card form");
        form(html, models, model, adapter);
        html.close().open("div");
        Parts.alert(html, List.of());
        html.open("div", "id", "paintings");
        List<Paintings.Painting> latest = paintings.latest(SHOWN);
        latest.forEach(painting -> html.add(PaintingCard.of(painting)));
        html.close();
        if (latest.isEmpty() && !models.isEmpty()) {
            Parts.empty(html, "No picture yet.", "Write a prompt and press Generate; what is painted stays here.");
        }
        html.close().close();
        return frame.finished();
    }

    private void form(Html html, List<Library.Entry> models, String model, String adapter) {
        Parts.choice(html, "Model", "model", models, models.isEmpty() ? "none found" : "", model);
        Parts.choice(html, "Adapter", "adapter", library.adapters(), "none", adapter);
        html.open("div", "class", "field slider").element("label", "Strength", "for", "strength");
        html.empty(
                "input",
                "type",
                "range",
                "id",
                "strength",
                "name",
                "strength",
                "min",
                "0",
                "max",
                "2",
                "step",
                "0.05",
                "value",
                "1");
        html.element("output", "1", "for", "strength", "id", "strength-value").close();
        area(html, "Prompt", "prompt", "3");
        area(html, "Negative prompt", "negative", "2");
        html.open("div", "class", "pairs");
        Parts.number(html, "Seed", "seed", "0", "min", "0", "step", "1");
        Parts.number(html, "Steps", "steps", "25", "min", "1", "step", "1");
        Parts.number(html, "Guidance", "guidance", "", "min", "0", "step", "any", "placeholder", "model's");
        Parts.number(html, "Pictures", "pictures", "1", "min", "1", "step", "1");
        Parts.number(html, "Width", "width", "", "min", "8", "step", "8", "placeholder", "model's");
        Parts.number(html, "Height", "height", "", "min", "8", "step", "8", "placeholder", "model's");
        html.close();
        names(html, "Scheduler", "scheduler", "the model's", SchedulerName.spellings());
        html.open("fieldset").element("legend", "A grid").open("div", "class", "pairs");
        names(html, "X axis", "x", "nothing", PaintingRequest.AXES);
        Parts.line(html, "X values", "xs", "");
        names(html, "Y axis", "y", "nothing", PaintingRequest.AXES);
        Parts.line(html, "Y values", "ys", "");
        html.close()
                .element("p", "Values between commas, such as 0, 0.5, 1.", "class", "hint")
                .close();
        html.open("div", "class", "bar")
                .element("button", "Generate", "type", "submit", "id", "generate")
                .close();
        html.element("a", "Two adapters without their names", "href", "/blind", "class", "link");
    }

    private static void area(Html html, String label, String id, String rows) {
        html.open("div", "class", "field").element("label", label, "for", id);
        html.element("textarea", "", "id", id, "name", id, "rows", rows).close();
    }

    private static void names(Html html, String label, String id, String none, List<String> names) {
        html.open("div", "class", "field").element("label", label, "for", id).open("select", "id", id, "name", id);
        html.element("option", none, "value", "");
        names.forEach(name -> html.element("option", name, "value", name));
        html.close().close();
    }
}
