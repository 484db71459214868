package org.moslora.quickstart.report;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.moslora.console.html.Html;
import org.moslora.quickstart.outcome.AnsweredQuestion;
import org.moslora.quickstart.outcome.Outcome;
import org.moslora.quickstart.outcome.Painted;
import org.moslora.quickstart.outcome.TopicScore;

/** What a reader sees first: both stories in one look. */
record ReportHeader(Outcome outcome) {
    private static final String[][] CONTENTS = {
        {"#visual", "A model that answers"},
        {"#subject", "A model that paints"},
        {"#yours", "Your own data"},
        {"#run", "What was run"}
    };

    private static final String NOUN = "animal";

    void add(Html html) {
        html.open("header");
        html.element("h1", "Two small models, taught something new on this machine");
        html.element(
                "p",
                "Both came with the program. Each was tried, tuned with MoSLoRA, a mixture of low-rank subspaces, and"
                        + " tried again. This page shows what changed, and how to do the same with your own data.",
                "class",
                "lead");
        facts(html);
        html.open("div", "class", "glance");
        outcome.visual().examples().stream()
                .filter(example -> example.isRight(example.after()))
                .findFirst()
                .or(() -> outcome.visual().examples().stream().findFirst())
                .ifPresent(example -> answers(html, example));
        paints(html);
        html.close().open("nav");
        for (String[] entry : CONTENTS) {
            html.element("a", entry[1], "href", entry[0]);
        }
        html.close().close();
    }

    private void facts(Html html) {
        KeyFigures.open(html);
        change(html, "new questions right", outcome.visual().skills().all());
        change(html, "old questions right", outcome.visual().kept().all());
        KeyFigures.add(
                html,
                "parameters trained",
                ReportNumbers.millions(outcome.visual().tuned().run().parameters()) + " and "
                        + ReportNumbers.millions(outcome.subject().tuned().run().parameters()));
        KeyFigures.add(html, "all of it took", ReportNumbers.time(outcome.seconds()));
        html.close();
    }

    private static void change(Html html, String what, TopicScore score) {
        KeyFigures.change(
                html,
                what,
                ReportNumbers.percent(score.share(score.before())),
                ReportNumbers.percent(score.share(score.after())));
    }

    private static void answers(Html html, AnsweredQuestion example) {
        html.open("ul", "class", "examples");
        ExampleCard.add(html, example);
        html.close();
    }

    /** One picture of each prompt, before and after. */
    private void paints(Html html) {
        List<Painted> asked = outcome.subject().asked();
        html.open("table", "class", "strip");
        html.element("caption", "“a sks animal”, learnt from five pictures")
                .open("thead")
                .open("tr")
                .element("td", "")
                .open("th")
                .open("div");
        asked.forEach(painted -> html.element("span", place(painted.prompt())));
        html.close().close().close().close().open("tbody");
        strip(html, "before", asked, Painted::before);
        strip(html, "after", asked, Painted::after);
        html.close().close();
    }

    /** What a prompt says beyond the creature's name. */
    private static String place(String prompt) {
        int name = prompt.indexOf(NOUN);
        return name < 0 ? prompt : prompt.substring(name + NOUN.length()).strip();
    }

    private static void strip(Html html, String when, List<Painted> asked, Function<Painted, List<Path>> which) {
        html.open("tr").element("th", when, "scope", "row").open("td").open("div");
        for (Painted painted : asked) {
            which.apply(painted).stream()
                    .findFirst()
                    .ifPresent(picture -> Pictures.add(html, picture, painted.prompt() + ", " + when));
        }
        html.close().close().close();
    }
}
