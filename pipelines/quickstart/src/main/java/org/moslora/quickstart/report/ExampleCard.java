package org.moslora.quickstart.report;

import org.moslora.console.html.Html;
import org.moslora.quickstart.outcome.AnsweredQuestion;

/** A question about a picture with its answers. */
final class ExampleCard {
    private static final int LONGEST = 60;

    private ExampleCard() {}

    static void add(Html html, AnsweredQuestion example) {
        html.open("li");
        Pictures.add(html, example.picture(), "the scene asked about");
        html.open("div").element("p", example.question(), "class", "question");
        html.open("dl").element("dt", "expected").element("dd", example.expected());
        answer(html, "before", example, example.before());
        answer(html, "after", example, example.after());
        html.close().close().close();
    }

    private static void answer(Html html, String when, AnsweredQuestion example, String answer) {
        boolean right = example.isRight(answer);
        html.element("dt", when);
        html.open("dd", "class", when).text(shown(answer));
        html.element(
                "span", right ? " ✓" : " ✗", "class", right ? "right" : "wrong", "title", right ? "right" : "wrong");
        html.close();
    }

    /** A model that knows no answer may go on without end. */
    private static String shown(String answer) {
        if (answer.isBlank()) {
            return "(nothing)";
        }
        boolean endless = answer.codePointCount(0, answer.length()) > LONGEST;
        return endless ? answer.substring(0, answer.offsetByCodePoints(0, LONGEST)) + "…" : answer;
    }
}
