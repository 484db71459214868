package org.moslora.quickstart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.moslora.quickstart.outcome.Command;
import org.moslora.quickstart.outcome.Tuned;
import org.moslora.quickstart.outcome.VisualOutcome;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.training.RunFigures;

/** A model that answers is asked, taught new kinds of questions, and asked again. */
record VisualStory(QuickstartFolder place, Path base, Plan plan, Commands commands) {
    private static final String STORY = "visual";
    private static final String SKILLS = "skills-test";
    private static final String KEPT = "test";
    private static final int EXAMPLES = 2;

    /** @param others what is done beside the training, too */
    VisualOutcome tell(List<VerbCall> others) {
        List<String> training = List.of("train", place.recipe(STORY).toString());
        String recipe = recipe(training);
        DurableFiles.writeString(place.recipe(STORY).toAbsolutePath(), recipe);
        List<VerbCall> beside = new ArrayList<>(List.of(
                new VerbCall(
                        "the base answers new questions about unseen pictures", asking("before", SKILLS, List.of())),
                new VerbCall("the base answers questions that it knows", asking("before", KEPT, List.of()))));
        beside.addAll(others);
        commands.runBeside(() -> commands.run("training", training), beside);
        List<String> adapter = List.of("--adapter", place.run(STORY).path().toString());
        commands.runBeside(
                () -> commands.run("the tuned model answers the new questions", asking("after", SKILLS, adapter)),
                List.of(new VerbCall(
                        "the tuned model answers those that the base knew", asking("after", KEPT, adapter))));
        Grading skills = marking(SKILLS);
        return new VisualOutcome(
                skills.scores(),
                marking(KEPT).scores(),
                plan.conversations().skillTest(),
                skills.examples(place.images(), EXAMPLES),
                new Tuned(recipe, RunFigures.of(place.run(STORY)), SafetensorsFile.elementsBelow(base)));
    }

    private List<String> asking(String when, String data, List<String> adapter) {
        List<String> words = new ArrayList<>(List.of("evaluate", "--model", base.toString()));
        words.addAll(adapter);
        words.addAll(List.of(
                "--data",
                place.conversations(data).toString(),
                "--images",
                place.images().toString(),
                "--answers",
                "--out",
                place.scores(when + "-" + data).toString()));
        return words;
    }

    private String recipe(List<String> command) {
        return Recipe.of(
                STORY,
                Map.of(
                        "command", Command.typed(command),
                        "model", Recipe.quoted(base.toAbsolutePath()),
                        "steps", Integer.toString(plan.visualSteps()),
                        "seed", Long.toString(plan.seed())));
    }

    private Grading marking(String data) {
        Path asked = place.conversations(data);
        return new Grading(
                GradedTurn.read(asked, place.scores("before-" + data)),
                GradedTurn.read(asked, place.scores("after-" + data)));
    }
}
