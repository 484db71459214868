package org.moslora.studio.pages;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.moslora.console.html.Html;
import org.moslora.pictures.PngFile;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.work.Paintings;

/** A request's pictures with what made them; a grid where it varies something. */
final class PaintingCard {
    private static final Folders NOWHERE = new Folders(List.of(Path.of("/")), List.of(), List.of());

    private final Html html = new Html();
    private final Paintings.Painting painting;
    private final PaintingRequest request;
    private final SentText sent;
    private final List<String> across;
    private final List<String> down;

    private PaintingCard(Paintings.Painting painting) {
        this.painting = painting;
        this.request = new PaintingRequest(painting.settings(), NOWHERE);
        this.sent = new SentText(painting.settings());
        this.across = request.values("x");
        this.down = request.values("y");
    }

    static Html of(Paintings.Painting painting) {
        return new PaintingCard(painting).card();
    }

    private Html card() {
        html.open(
                "section",
                "class",
                "card painting",
                "data-painting",
                painting.id(),
                "aria-label",
                sent.get("prompt"),
                "aria-busy",
                Boolean.toString(painting.busy()));
        html.element("h2", sent.get("prompt"), "class", "clip");
        if (!painting.errors().isEmpty()) {
            html.open("div", "class", "alert", "role", "alert");
            painting.errors().forEach(line -> html.element("p", line));
            html.close();
        }
        if (painting.busy() && painting.files().isEmpty()) {
            html.element("p", "Painting; the model is read first.", "class", "quiet");
        }
        if (request.isGrid()) {
            grid();
        } else {
            html.open("div", "class", "pictures");
            for (int i = 0; i < painting.files().size(); i++) {
                picture(painting.files().get(i), i);
            }
            html.close();
        }
        html.open("details").element("summary", "The command");
        html.element("p", sent.get("command"), "class", "command").close();
        return html.close();
    }

    private void grid() {
        html.open("div", "class", "table", "tabindex", "0", "role", "group", "aria-label", "Grid of pictures");
        html.open("table", "class", "grid").open("thead").open("tr");
        html.element(
                "th", sent.get("y") + (down.isEmpty() ? "" : " ↓ ") + (across.isEmpty() ? "" : sent.get("x") + " →"));
        across.forEach(value -> html.element("th", value, "scope", "col"));
        html.close().close().open("tbody");
        int columns = Math.max(1, across.size());
        for (int y = 0; y < Math.max(1, down.size()); y++) {
            html.open("tr").element("th", down.isEmpty() ? "" : down.get(y), "scope", "row");
            for (int x = 0; x < columns; x++) {
                html.open("td");
                file(y * columns + x);
                html.close();
            }
            html.close();
        }
        html.close().close().close();
    }

    /** The picture of a cell, which is named by its number. */
    private void file(int number) {
        String prefix = String.format(Locale.ROOT, "%05d-", number);
        painting.files().stream()
                .filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
                .findFirst()
                .ifPresentOrElse(
                        file -> picture(file, number),
                        () -> html.element("span", painting.busy() ? "…" : "–", "class", "quiet"));
    }

    private void picture(Path file, int number) {
        String address = "/generate/" + painting.id() + "/" + file.getFileName();
        html.open("figure", "class", "picture", "data-testid", "picture");
        html.open("a", "href", address)
                .empty("img", "src", address, "alt", sent.get("prompt"), "loading", "lazy")
                .close();
        html.open("figcaption").element("p", parameters(file), "data-testid", "parameters", "class", "parameters");
        html.element(
                "button",
                "Use settings",
                "type",
                "button",
                "class",
                "second use",
                "data-settings",
                settings(file, number).toString());
        html.close().close();
    }

    private static String parameters(Path file) {
        try {
            return PngFile.readText(file, PngFile.PARAMETERS).orElse("");
        } catch (InvalidInput unfinished) {
            return "";
        }
    }

    /** The form as it would be for this picture alone. */
    private JsonObject settings(Path file, int number) {
        JsonObject own = painting.settings().deepCopy();
        int columns = Math.max(1, across.size());
        if (!across.isEmpty()) {
            own.addProperty(sent.get("x"), across.get(number % columns));
        }
        if (!down.isEmpty()) {
            own.addProperty(sent.get("y"), down.get(number / columns));
        }
        String name = String.valueOf(file.getFileName());
        own.addProperty("seed", name.substring(name.indexOf('-') + 1, name.length() - ".png".length()));
        List.of("x", "xs", "y", "ys", "command").forEach(own::remove);
        return own;
    }
}
