package org.moslora.quickstart.report;

import org.moslora.console.html.Html;
import org.moslora.quickstart.outcome.VisualOutcome;

/** The model that answers. */
record VisualSection(VisualOutcome visual) {
    void add(Html html) {
        html.open("section", "id", "visual");
        html.element("h2", "A model that answers is asked something new");
        html.element(
                "p",
                "A small LLaVA was trained on questions about drawn scenes: colours, sizes, places. It has never been"
                        + " asked how many things there are or who wears the hat, and has never seen a mushroom or a"
                        + " rocket. MoSLoRA teaches it on conversations of which three in ten are old ones. Every"
                        + " question below is about a picture that it has not learnt from; an answer counts only if it"
                        + " is right to the letter.",
                "class",
                "lead");
        ScoreTable.legend(html);
        ScoreTable.add(html, visual.skills(), "New questions, " + visual.conversations() + " unseen conversations");
        html.element("h3", "Before and after");
        html.open("ul", "class", "examples");
        visual.examples().forEach(example -> ExampleCard.add(html, example));
        html.close();
        html.element("h3", "What it knew before");
        html.element(
                "p", "Questions of the kinds that the base was trained on, asked again to see what was forgotten.");
        ScoreTable.add(html, visual.kept(), "Old questions about unseen pictures");
        html.element("h3", "The training");
        KeyFigures.of(html, visual.tuned());
        Curve.add(html, visual.tuned().run().losses(), "Loss, each step and smoothed");
        html.close();
    }
}
