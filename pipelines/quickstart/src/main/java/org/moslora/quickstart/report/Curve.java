package org.moslora.quickstart.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.moslora.console.html.Html;

/** A loss curve as an inline drawing: every step faintly, and smoothed. */
final class Curve {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 200;
    private static final int LEFT = 44;
    private static final int RIGHT = 12;
    private static final int TOP = 12;
    private static final int BOTTOM = 30;
    private static final int LINES = 4;
    private static final double SMOOTHING = 0.9;

    private final List<Double> losses;
    private final double top;

    private Curve(List<Double> losses) {
        this.losses = losses;
        double most = losses.isEmpty() ? 1 : Collections.max(losses);
        this.top = round(most > 0 ? most : 1);
    }

    /** Draws the losses of steps from 1. */
    static void add(Html html, List<Double> losses, String caption) {
        html.open("figure", "class", "curve");
        new Curve(losses).draw(html, caption);
        html.element("figcaption", caption).close();
    }

    /** The next of 1, 2, 4, 6, 8, 10 times a power of ten. */
    private static double round(double value) {
        double unit = Math.pow(10, Math.floor(Math.log10(value)));
        for (int times : new int[] {1, 2, 4, 6, 8}) {
            if (value <= times * unit) {
                return times * unit;
            }
        }
        return 10 * unit;
    }

    private void draw(Html html, String caption) {
        html.open("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "role", "img", "aria-label", caption);
        for (int i = 0; i <= LINES; i++) {
            double value = top * i / LINES;
            String y = ReportNumbers.length(y(value));
            html.empty("line", "class", "grid", "x1", "" + LEFT, "x2", "" + (WIDTH - RIGHT), "y1", y, "y2", y);
            html.element(
                    "text",
                    String.format(Locale.ROOT, "%.3g", value),
                    "x",
                    "" + (LEFT - 8),
                    "y",
                    ReportNumbers.length(y(value) + 4),
                    "text-anchor",
                    "end");
        }
        label(html, LEFT, "start", "step 1");
        label(html, WIDTH - RIGHT, "end", "step " + losses.size());
        html.empty("polyline", "class", "each", "points", points(losses));
        html.empty("polyline", "class", "smooth", "points", points(smoothed()));
        html.close();
    }

    private static void label(Html html, int x, String anchor, String text) {
        html.element("text", text, "x", "" + x, "y", "" + (HEIGHT - 8), "text-anchor", anchor);
    }

    private String points(List<Double> values) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            points.append(i == 0 ? "" : " ")
                    .append(ReportNumbers.length(x(i)))
                    .append(',')
                    .append(ReportNumbers.length(y(values.get(i))));
        }
        return points.toString();
    }

    private List<Double> smoothed() {
        List<Double> smooth = new ArrayList<>();
        double mean = 0;
        double weight = 0;
        for (double loss : losses) {
            mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
            weight = SMOOTHING * weight + (1 - SMOOTHING);
            smooth.add(mean / weight);
        }
        return smooth;
    }

    private double x(int step) {
        return LEFT + (WIDTH - LEFT - RIGHT) * (losses.size() < 2 ? 0.5 : step / (double) (losses.size() - 1));
    }

    private double y(double loss) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * loss / top;
    }
}
