package org.moslora.studio.pages;

import com.google.gson.JsonArray;
import org.moslora.console.html.Html;

/** Where curves are drawn, and what changes how they are. */
final class Charts {
    /** Points of a curve that a page has in it. */
    static final int FIRST = 600;

    private Charts() {}

    /**
     * The places of a page's curves.
     *
     * @param address of the run; of several, one a line
     * @param first curves to begin with, before any is asked for
     * @param rates whether the learning rate and the gradients' norm are drawn, too
     */
    static void of(Html html, String address, JsonArray first, boolean rates) {
        html.open(
                "section",
                "aria-label",
                "Curves",
                "class",
                "card curves",
                "id",
                "curves",
                "data-runs",
                address,
                "data-first",
                first.toString());
        html.element("h2", "Curves").open("div", "class", "bar");
        html.open("div", "class", "field slider").element("label", "Smoothing", "for", "smoothing");
        html.empty(
                "input", "type", "range", "id", "smoothing", "min", "0", "max", "0.99", "step", "0.01", "value", "0.6");
        html.close();
        html.open("label", "class", "check").empty("input", "type", "checkbox", "id", "logarithmic");
        html.element("span", "Logarithmic").close();
        html.element("button", "Reset zoom", "type", "button", "id", "reset", "class", "second")
                .close();
        html.element(
                "p",
                "Point at the curve to read it; drag to zoom.",
                "class",
                "values",
                "data-testid",
                "curve-values",
                "aria-live",
                "polite");
        chart(html, "curve-loss", "Loss over steps", "tall");
        html.element(
                "p",
                "The dashed line is the loss on rows that are held back.",
                "class",
                "quiet",
                "id",
                "held",
                "hidden",
                "");
        if (rates) {
            html.open("div", "class", "halves");
            html.open("div").element("h3", "Learning rate");
            chart(html, "curve-rate", "Learning rate over steps", "");
            html.close();
            html.open("div").element("h3", "Norm of the gradients");
            chart(html, "curve-norm", "Norm of the gradients over steps", "");
            html.close().close();
        }
        html.open("noscript")
                .element(
                        "p",
                        "Curves need scripts; the run's metrics.jsonl has all of their numbers.",
                        "class",
                        "quiet");
        html.close().close();
    }

    private static void chart(Html html, String id, String name, String more) {
        html.element(
                "div",
                "",
                "class",
                "chart " + more,
                "data-testid",
                id,
                "id",
                id,
                "role",
                "img",
                "aria-label",
                name,
                "tabindex",
                "0",
                "data-points",
                "0",
                "data-series",
                "0",
                "data-from",
                "0",
                "data-to",
                "0");
    }
}
