package org.moslora.quickstart.report;

import java.util.Map;
import org.moslora.console.html.Html;
import org.moslora.quickstart.outcome.Scores;
import org.moslora.quickstart.outcome.TopicScore;

/** Scores by type of question: numbers, and a line from before to after. */
final class ScoreTable {
    private static final int WIDTH = 200;
    private static final int MARGIN = 8;
    private static final String MIDDLE = "11";

    /** What the world's types of questions ask, by the names that files give them. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("count", "how many things there are"),
            Map.entry("wearer", "which thing wears something"),
            Map.entry("wearer-colour", "the colour of the one that wears it"),
            Map.entry("new-colour", "the colour of a new kind of thing"),
            Map.entry("new-which", "which new kind of thing it is"),
            Map.entry("new-at", "where a new kind of thing is"),
            Map.entry("colour", "the colour of a thing"),
            Map.entry("place", "where the scene is"),
            Map.entry("which", "which thing has a colour"),
            Map.entry("exist", "whether there is a thing"),
            Map.entry("size", "whether it is big or small"),
            Map.entry("wears", "what a thing wears"),
            Map.entry("pattern", "what is on its coat"),
            Map.entry("at", "what is at a place"),
            Map.entry("position", "where a thing is"),
            Map.entry("caption", "a sentence that names everything"),
            Map.entry("list", "everything about each thing"),
            Map.entry("all", "all"));

    private ScoreTable() {}

    static void add(Html html, Scores scores, String caption) {
        html.open("div", "class", "wide").open("table", "class", "scores");
        html.element("caption", caption);
        html.open("thead").open("tr");
        for (String head : new String[] {"question", "asked", "best constant", "before", "after"}) {
            html.element("th", head, "scope", "col");
        }
        html.open("th", "scope", "col").element("span", "0 %", "class", "from").element("span", "100 %", "class", "to");
        html.close().close().close().open("tbody");
        scores.topics().forEach(topic -> row(html, topic, ""));
        row(html, scores.all(), "all");
        html.close().close().close();
    }

    private static void row(Html html, TopicScore topic, String kind) {
        html.open("tr", "class", kind);
        html.element("th", NAMES.getOrDefault(topic.topic(), topic.topic()), "scope", "row");
        html.element("td", ReportNumbers.count(topic.asked()));
        html.open("td", "class", "constant").text(share(topic, topic.constantRight()));
        html.element("span", topic.constant()).close();
        html.element("td", share(topic, topic.before()), "class", "before");
        html.element("td", share(topic, topic.after()), "class", "after");
        html.open("td", "class", "line");
        line(html, topic);
        html.close().close();
    }

    private static String share(TopicScore topic, int right) {
        return ReportNumbers.percent(topic.share(right));
    }

    private static void line(Html html, TopicScore topic) {
        String before = x(topic.share(topic.before()));
        String after = x(topic.share(topic.after()));
        String constant = x(topic.share(topic.constantRight()));
        html.open("svg", "viewBox", "0 0 " + WIDTH + " 22", "aria-hidden", "true");
        html.empty("line", "class", "grid", "x1", x(0), "x2", x(1), "y1", MIDDLE, "y2", MIDDLE);
        html.empty("line", "class", "constant", "x1", constant, "x2", constant, "y1", "4", "y2", "18");
        html.empty("line", "class", "way", "x1", before, "x2", after, "y1", MIDDLE, "y2", MIDDLE);
        html.empty("circle", "class", "before", "cx", before, "cy", MIDDLE, "r", "4.5");
        html.empty("circle", "class", "after", "cx", after, "cy", MIDDLE, "r", "5");
        html.close();
    }

    private static String x(double share) {
        return ReportNumbers.length(MARGIN + (WIDTH - 2 * MARGIN) * share);
    }

    /** Says what the marks of the lines mean. */
    static void legend(Html html) {
        html.open("p", "class", "legend");
        html.element("span", "before", "class", "before");
        html.element("span", "after", "class", "after");
        html.element("span", "the one answer that is right most often", "class", "constant");
        html.close();
    }
}
