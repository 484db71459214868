package org.moslora.studio.pages;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.console.html.Html;
import org.moslora.examples.subject.Buckets;
import org.moslora.examples.subject.Crop;
import org.moslora.examples.subject.Framing;
import org.moslora.examples.subject.ImageSize;
import org.moslora.examples.subject.SubjectPicture;
import org.moslora.studio.data.DataRow;
import org.moslora.studio.http.Query;

/** Rows of data as HTML. */
final class DataRowList {
    private static final int BUCKET_STEP = 64;

    private final Html html;
    private final Framing framing;

    DataRowList(Html html, int resolution, boolean buckets) {
        this.html = html;
        Buckets sizes = buckets
                ? new Buckets(BUCKET_STEP, Math.min(256, resolution), Math.max(resolution, 2 * resolution))
                : null;
        this.framing = new Framing(resolution, Crop.CENTER, false, sizes);
    }

    void add(List<DataRow> rows) {
        rows.forEach(this::row);
    }

    private void row(DataRow row) {
        html.open("article", "class", row.marks().isEmpty() ? "row" : "row marked", "data-testid", "row");
        html.open("div", "class", "row-pictures");
        DataRow.Framed framed = row.framed();
        if (framed == null) {
            row.pictures().forEach(picture -> image(picture, "Picture of row " + row.number()));
        } else {
            cut(row, framed);
        }
        html.close().open("div", "class", "row-text");
        html.open("p", "class", "quiet")
                .text(row.number() + " · ")
                .element("span", row.id())
                .close();
        row.turns()
                .forEach(turn -> html.open("p", "class", "turn " + turn.role())
                        .element("b", turn.role())
                        .text(" ")
                        .element("span", turn.text())
                        .close());
        if (framed != null) {
            picture(row, framed);
        }
        row.marks().forEach(this::mark);
        html.close().close();
    }

    private void image(Path file, String alt) {
        html.empty("img", "src", address(file), "alt", alt, "loading", "lazy", "class", "thumb");
    }

    private static String address(Path file) {
        return "/data/picture?small=1&file=" + Query.encoded(file.toString());
    }

    /** The picture with what training leaves of it, and its mask over it. */
    private void cut(DataRow row, DataRow.Framed framed) {
        Path file = row.pictures().get(0);
        ImageSize size = size(file, framed);
        double scale = Math.max((double) size.width() / framed.width(), (double) size.height() / framed.height());
        html.open("div", "class", "cut");
        image(file, framed.caption() == null ? row.id() : framed.caption());
        @Nullable Path mask = framed.mask();
        if (mask != null && !mask.equals(file)) {
            html.empty("img", "src", address(mask), "alt", "Its mask", "loading", "lazy", "class", "thumb mask");
        }
        html.open(
                "svg",
                "class",
                "frame",
                "viewBox",
                "0 0 " + framed.width() + " " + framed.height(),
                "aria-hidden",
                "true");
        double width = size.width() / scale;
        double height = size.height() / scale;
        html.open(
                        "rect",
                        "x",
                        number((framed.width() - width) / 2),
                        "y",
                        number((framed.height() - height) / 2),
                        "width",
                        number(width),
                        "height",
                        number(height),
                        "vector-effect",
                        "non-scaling-stroke")
                .close();
        html.close().close();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private ImageSize size(Path file, DataRow.Framed framed) {
        return framing.sizeFor(new SubjectPicture(file, framed.width(), framed.height(), null));
    }

    private void picture(DataRow row, DataRow.Framed framed) {
        Path file = row.pictures().get(0);
        ImageSize size = size(file, framed);
        html.element(
                "p",
                framed.width() + " × " + framed.height() + ", learnt as " + size.width() + " × " + size.height()
                        + (framed.mask() == null ? "" : ", with a mask"),
                "class",
                "quiet");
        html.open("form", "class", "caption", "data-file", file.toString());
        String id = "caption-" + row.number();
        html.element("label", "Caption", "for", id);
        html.element("textarea", framed.caption() == null ? "" : framed.caption(), "id", id, "rows", "2");
        html.element("button", "Save", "type", "submit", "class", "second").close();
    }

    private void mark(DataRow.Mark mark) {
        html.open("p", "class", mark.isError() ? "mark wrong" : "mark odd", "data-testid", "problem");
        html.element("code", mark.rule()).text(" " + mark.text()).close();
        Path like = mark.like();
        if (like != null) {
            image(like, "The picture that it looks like");
        }
    }
}
