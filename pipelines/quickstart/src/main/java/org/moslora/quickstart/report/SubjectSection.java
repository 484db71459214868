package org.moslora.quickstart.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.moslora.console.html.Html;
import org.moslora.quickstart.outcome.JudgeScore;
import org.moslora.quickstart.outcome.Painted;
import org.moslora.quickstart.outcome.SubjectOutcome;

/** The model that paints. */
record SubjectSection(SubjectOutcome subject) {
    void add(Html html) {
        html.open("section", "id", "subject");
        html.element("h2", "A model that paints meets a new creature");
        html.element(
                "p",
                "A small Stable Diffusion was trained on the same world, in which there was no axolotl. It is shown"
                        + " these five pictures of one under the name “a sks animal”; “sks” meant nothing to it until"
                        + " then. Beside them it keeps to animals that it painted itself, so that not every animal"
                        + " becomes this one.",
                "class",
                "lead");
        html.open("div", "class", "shown");
        subject.shown().forEach(picture -> Pictures.add(html, picture, "the creature, as it was shown"));
        html.close();
        html.element("h3", "The creature where it was not seen");
        html.element("p", "Each picture after starts from the same noise as the one before in the same place.");
        grid(html, subject.asked());
        html.element("h3", "Other animals, which are to stay themselves");
        grid(html, subject.others());
        if (!subject.scores().isEmpty()) {
            scores(html);
        }
        html.element("h3", "The training");
        KeyFigures.of(html, subject.tuned());
        Curve.add(html, subject.tuned().run().losses(), "Loss, each step and smoothed");
        html.close();
    }

    private static void grid(Html html, List<Painted> painted) {
        html.open("div", "class", "wide").open("table", "class", "painted");
        html.open("thead").open("tr");
        for (String head : new String[] {"prompt", "before", "after"}) {
            html.element("th", head, "scope", "col");
        }
        html.close().close().open("tbody");
        for (Painted prompt : painted) {
            html.open("tr").element("th", prompt.prompt(), "scope", "row");
            row(html, prompt.before(), prompt.prompt() + ", before");
            row(html, prompt.after(), prompt.prompt() + ", after");
            html.close();
        }
        html.close().close().close();
    }

    private static void row(Html html, List<Path> pictures, String said) {
        html.open("td").open("div");
        pictures.forEach(picture -> Pictures.add(html, picture, said));
        html.close().close();
    }

    private void scores(Html html) {
        html.element("h3", "By the judge");
        html.open("div", "class", "wide").open("table", "class", "judged");
        html.open("thead").open("tr");
        for (String head : new String[] {"score", "before", "after", "how it is measured"}) {
            html.element("th", head, "scope", "col");
        }
        html.close().close().open("tbody");
        for (JudgeScore score : subject.scores()) {
            html.open("tr").element("th", score.what(), "scope", "row");
            html.element("td", shown(score, score.before()), "class", "before");
            html.element("td", shown(score, score.after()), "class", "after");
            html.element("td", score.how(), "class", "how").close();
        }
        html.close().close().close();
    }

    private static String shown(JudgeScore score, double value) {
        return score.isShare() ? ReportNumbers.percent(value) : String.format(Locale.ROOT, "%.3f", value);
    }
}
