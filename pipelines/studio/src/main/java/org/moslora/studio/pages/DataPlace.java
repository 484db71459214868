package org.moslora.studio.pages;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.console.html.Html;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.image.PictureHeader;
import org.moslora.examples.image.PillowResize;
import org.moslora.examples.image.ResizeFilter;
import org.moslora.pictures.PngFile;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.data.DataRow;
import org.moslora.studio.data.DataTable;
import org.moslora.studio.data.DataTables;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Exchange;
import org.moslora.studio.http.LoopbackServer;
import org.moslora.studio.http.Query;
import org.moslora.studio.http.Refusal;
import org.moslora.tensors.DurableFiles;

/** Conversations and pictures, row by row, with what is wrong with them. */
final class DataPlace implements LoopbackServer.Site {
    private static final int ROWS = 40;
    private static final int SMALL = 320;
    private static final int USUAL_RESOLUTION = 512;

    private final Folders folders;
    private final Library library;
    private final DataTables tables;

    DataPlace(Folders folders, Library library) {
        this.folders = folders;
        this.library = library;
        this.tables = new DataTables(folders);
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        List<String> steps = exchange.steps();
        if (steps.size() == 1) {
            exchange.mustRead();
            page(exchange);
        } else if (steps.equals(List.of("data", "picture"))) {
            exchange.mustRead();
            picture(exchange);
        } else if (steps.equals(List.of("data", "caption"))) {
            exchange.mustPost();
            exchange.json(captioned(new SentText(exchange.sent())));
        } else {
            throw Refusal.notFound();
        }
    }

    /** What of the data is asked for. */
    private record View(
            Path place,
            @Nullable Path images,
            boolean problems,
            String rule,
            int from,
            int resolution,
            boolean buckets) {
        String address() {
            return "/data?file=" + Query.encoded(place.toString())
                    + (images == null ? "" : "&images=" + Query.encoded(images.toString()))
                    + (resolution == USUAL_RESOLUTION ? "" : "&resolution=" + resolution)
                    + (buckets ? "&buckets=1" : "");
        }
    }

    private void page(Exchange exchange) throws IOException {
        Query query = exchange.query();
        String file = query.get("file");
        if (file.isEmpty()) {
            exchange.page(frame("", null).finished());
            return;
        }
        Path place = folders.named(file).orElseThrow(Refusal::notFound);
        Path images = query.get("images").isEmpty()
                ? null
                : folders.named(query.get("images")).orElseThrow(Refusal::notFound);
        int resolution = Math.max(8, Math.min(4096, query.number("resolution", USUAL_RESOLUTION) / 8 * 8));
        View view = new View(
                place,
                images,
                !query.get("problems").isEmpty(),
                query.get("rule"),
                query.number("from", 0),
                resolution,
                !query.get("buckets").isEmpty());
        if (query.get("part").equals("rows")) {
            exchange.part(rows(view));
        } else {
            PageFrame frame = frame(file, view);
            frame.html().open("div", "id", "rows").add(rows(view)).close();
            exchange.page(frame.finished());
        }
    }

    private PageFrame frame(String file, @Nullable View view) {
        PageFrame frame = PageFrame.open("data", "Data", "/data");
        Html html = frame.html();
        List<Library.Entry> all = library.data();
        html.open("form", "action", "/data", "method", "get", "class", "bar", "id", "choose");
        Parts.choice(html, "Data", "file", all, all.isEmpty() ? "none found" : "choose a file or folder …", file);
        if (view != null && Files.isDirectory(view.place())) {
            Parts.number(
                    html, "Resolution", "resolution", Integer.toString(view.resolution()), "min", "8", "step", "8");
            check(html, "Buckets", "buckets", view.buckets());
        }
        if (view != null) {
            check(html, "Problems only", "problems", view.problems());
        }
        html.element("button", "Show", "type", "submit", "class", "second plain")
                .close();
        if (file.isEmpty()) {
            Parts.empty(
                    html,
                    all.isEmpty() ? "No data yet." : "Nothing chosen.",
                    all.isEmpty()
                            ? "Start the studio with --data and a folder of conversations or pictures."
                            : "Choose a file of conversations or a folder of pictures above.");
        }
        return frame;
    }

    private static void check(Html html, String label, String id, boolean checked) {
        html.open("label", "class", "check");
        if (checked) {
            html.empty("input", "type", "checkbox", "name", id, "id", id, "value", "1", "checked", "");
        } else {
            html.empty("input", "type", "checkbox", "name", id, "id", id, "value", "1");
        }
        html.element("span", label).close();
    }

    private Html rows(View view) {
        Html html = new Html();
        DataTable table;
        try {
            table = tables.of(view.place(), view.images(), view.resolution());
        } catch (InvalidInput wrong) {
            Parts.alert(html, wrong.problems().stream().map(Object::toString).toList());
            return html;
        }
        if (table == null) {
            html.element("p", "Reading and looking at every picture …", "class", "quiet busy", "aria-busy", "true");
            return html;
        }
        List<DataRow> chosen = table.chosen(view.problems() || !view.rule().isEmpty(), view.rule());
        if (view.from() == 0) {
            summary(html, view, table, chosen.size());
        }
        new DataRowList(html, view.resolution(), view.buckets())
                .add(chosen.subList(Math.min(view.from(), chosen.size()), Math.min(view.from() + ROWS, chosen.size())));
        if (view.from() + ROWS < chosen.size()) {
            String next = view.address() + (view.problems() ? "&problems=1" : "")
                    + (view.rule().isEmpty() ? "" : "&rule=" + Query.encoded(view.rule()))
                    + "&from=" + (view.from() + ROWS);
            html.element("a", "More rows", "href", next, "class", "more link");
        }
        return html;
    }

    private static void summary(Html html, View view, DataTable table, int shown) {
        long bad = table.rows().stream().filter(row -> !row.marks().isEmpty()).count();
        String count = String.format(
                Locale.ROOT, "%d rows, %d with problems", table.rows().size(), bad);
        html.element("p", count + (shown < table.rows().size() ? "; " + shown + " shown" : ""), "data-testid", "count");
        table.notes().forEach(note -> html.element("p", note, "class", "quiet"));
        if (!table.rules().isEmpty()) {
            html.open("ul", "class", "rules", "aria-label", "Kinds of problems");
            table.rules()
                    .forEach((rule, number) -> html.open("li")
                            .element(
                                    "a",
                                    rule + " " + number,
                                    "href",
                                    view.address() + "&problems=1&rule=" + Query.encoded(rule),
                                    "class",
                                    view.rule().equals(rule) ? "rule chosen" : "rule")
                            .close());
            html.close();
        }
        if (table.rows().isEmpty()) {
            Parts.empty(html, "Nothing in it that can be read.", "Choose another file or folder.");
        } else if (shown == 0) {
            Parts.empty(html, "No problems.", "Every row can be used as it is.");
        }
    }

    private void picture(Exchange exchange) throws IOException {
        Path file = folders.named(exchange.query().get("file"))
                .filter(Files::isRegularFile)
                .orElseThrow(Refusal::notFound);
        try {
            Picture picture = PictureDecoder.decode(file);
            int longest = Math.max(picture.width(), picture.height());
            if (longest > SMALL && !exchange.query().all("small").isEmpty()) {
                picture = PillowResize.resize(
                        picture,
                        Math.max(1, picture.width() * SMALL / longest),
                        Math.max(1, picture.height() * SMALL / longest),
                        ResizeFilter.BILINEAR);
            }
            exchange.png(PngFile.bytes(picture));
        } catch (InvalidInput none) {
            throw Refusal.notFound();
        }
    }

    /** Anything else has no caption, and a text's would be written over itself. */
    private static boolean isPicture(Path file) {
        try {
            PictureHeader.read(file);
            return true;
        } catch (InvalidInput none) {
            return false;
        }
    }

    /** A picture's caption, beside it and renamed into place. */
    private JsonObject captioned(SentText sent) {
        Path picture =
                folders.named(sent.get("file")).filter(DataPlace::isPicture).orElseThrow(Refusal::notFound);
        String name = String.valueOf(picture.getFileName());
        int dot = name.lastIndexOf('.');
        Path caption = picture.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".txt");
        if (Files.exists(caption) && folders.named(caption.toString()).isEmpty()) {
            throw Refusal.notFound();
        }
        DurableFiles.writeString(caption, sent.get("caption") + "\n");
        tables.forget();
        return new JsonObject();
    }
}
