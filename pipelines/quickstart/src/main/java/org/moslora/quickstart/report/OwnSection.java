package org.moslora.quickstart.report;

import java.util.List;
import org.moslora.console.html.Html;
import org.moslora.quickstart.outcome.Outcome;

/** What to type to do the same with one's own data. */
record OwnSection(Outcome outcome) {
    private static final List<String> VISUAL = List.of(
            "./moslora check mine.yaml --deep",
            "./moslora train mine.yaml",
            "./moslora evaluate --model MODEL --adapter RUN --data test.json --images images --answers --out scores.jsonl",
            "./moslora chat --model MODEL --adapter RUN --image picture.png 'How many things are there?'");

    private static final List<String> SUBJECT = List.of(
            "./moslora check mine.yaml",
            "./moslora train mine.yaml",
            "./moslora generate --model MODEL --adapter RUN --prompt 'a sks animal in the snow' --images 4 --out pictures",
            "./moslora convert --adapter RUN --to kohya --out mine.safetensors");

    void add(Html html) {
        html.open("section", "id", "yours");
        html.element("h2", "The same with your own data");
        html.element(
                "p",
                "Copy the recipe, name your own model and data in it, and type the commands below. Models are folders"
                        + " as they are on the Hugging Face hub; what is trained goes back to PEFT, diffusers, kohya and"
                        + " LyCORIS by convert, or into the weights by merge.",
                "class",
                "lead");
        story(html, "A model that answers", VISUAL, outcome.visual().tuned().recipe());
        story(html, "A model that paints", SUBJECT, outcome.subject().tuned().recipe());
        html.close();
    }

    private static void story(Html html, String head, List<String> commands, String recipe) {
        html.element("h3", head);
        html.open("pre", "class", "shell")
                .element("code", String.join("\n", commands))
                .close();
        html.open("details", "open", "open").element("summary", "the recipe that was run");
        html.open("pre").element("code", recipe.strip()).close();
        html.close();
    }
}
