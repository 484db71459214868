package org.moslora.quickstart.report;

import org.moslora.console.html.Html;
import org.moslora.quickstart.outcome.Tuned;

/** A row of figures in large type. */
final class KeyFigures {
    private KeyFigures() {}

    /** Opens a row. */
    static void open(Html html) {
        html.open("dl", "class", "facts");
    }

    /** A figure and what it is of. */
    static void add(Html html, String what, String value) {
        html.open("div").element("dt", what).element("dd", value).close();
    }

    /** From one figure to another. */
    static void change(Html html, String what, String before, String after) {
        html.open("div").element("dt", what).open("dd");
        html.element("span", before, "class", "was").text(" → ").element("strong", after);
        html.close().close();
    }

    /** What was trained, and how long it took. */
    static void of(Html html, Tuned tuned) {
        long trained = tuned.run().parameters();
        open(html);
        add(
                html,
                "parameters trained",
                ReportNumbers.millions(trained) + " of " + ReportNumbers.millions(tuned.baseParameters()));
        add(html, "steps", ReportNumbers.count(tuned.run().losses().size()));
        add(html, "time in steps", ReportNumbers.time(tuned.run().seconds()));
        html.close();
    }
}
