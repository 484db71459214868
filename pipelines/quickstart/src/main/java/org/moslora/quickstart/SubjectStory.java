package org.moslora.quickstart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.miniature.AxolotlPictures;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.pictures.ImageRows;
import org.moslora.pictures.judge.Embedding;
import org.moslora.quickstart.outcome.Command;
import org.moslora.quickstart.outcome.Painted;
import org.moslora.quickstart.outcome.SubjectOutcome;
import org.moslora.quickstart.outcome.Tuned;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.training.RunFigures;

/** A model that paints is shown five pictures of a creature that it has never seen, and paints it elsewhere. */
record SubjectStory(
        QuickstartFolder place,
        Path base,
        Plan plan,
        Commands commands,
        @Nullable Embedding judge) {
    private static final String STORY = "subject";
    private static final String FLOW = "subject-flow";
    private static final int PASS = 16;
    /** Class pictures start from other noise than those that are shown. */
    private static final long CLASS_SEED = 1_000_000;

    /** What can be done before the story is told, beside something else: the base paints, each picture from a seed of its own. */
    List<VerbCall> ahead() {
        DurableFiles.writeString(place.prompts().toAbsolutePath(), String.join("\n", Prompts.all()) + "\n");
        return List.of(
                new VerbCall(
                        "the base paints what it does not know",
                        painting("before", plan.seed(), plan.picturesEach(), prompts())),
                new VerbCall(
                        "the base paints animals, for prior preservation",
                        painting(
                                "class",
                                CLASS_SEED + plan.seed(),
                                plan.classPictures(),
                                List.of("--prompt", Prompts.CLASS))));
    }

    /** After {@link #ahead} is done. */
    SubjectOutcome tell() {
        List<String> training = List.of("train", place.recipe(STORY).toString());
        String recipe = recipe(training);
        DurableFiles.writeString(place.recipe(STORY).toAbsolutePath(), recipe);
        commands.run("training", training);
        List<String> adapted = new ArrayList<>(prompts());
        adapted.addAll(List.of("--adapter", place.run(STORY).path().toString()));
        commands.run("the tuned model paints", painting("after", plan.seed(), plan.picturesEach(), adapted));
        return outcome(new Tuned(recipe, RunFigures.of(place.run(STORY)), SafetensorsFile.elementsBelow(base)));
    }

    private List<String> prompts() {
        return List.of("--prompts", place.prompts().toString());
    }

    private List<String> painting(String name, long seed, int images, List<String> of) {
        List<String> words = new ArrayList<>(List.of("generate", "--model", base.toString()));
        words.addAll(of);
        words.addAll(List.of("--images", Integer.toString(images), "--seed", Long.toString(seed)));
        if (!flows()) {
            words.addAll(List.of("--scheduler", "dpmpp-2m"));
        }
        words.addAll(List.of(
                "--steps", Integer.toString(plan.samplerSteps()),
                "--guidance", "3",
                "--batch", Integer.toString(PASS),
                "--out", place.pictures(name).toString()));
        return words;
    }

    /** Whether the base learnt by flow matching: it has one scheduler then, and text encoders that stay as they are. */
    private boolean flows() {
        return GeneratorFamily.of(base).flows();
    }

    /** What the base is trained by, the command being told in its first line. */
    String recipe(List<String> command) {
        return Recipe.of(
                flows() ? FLOW : STORY,
                Map.of(
                        "command", Command.typed(command),
                        "model", Recipe.quoted(base.toAbsolutePath()),
                        "instance", AxolotlPictures.NAME,
                        "class", Prompts.CLASS,
                        "count", Integer.toString(plan.classPictures()),
                        "steps", Integer.toString(plan.subjectSteps()),
                        "seed", Long.toString(plan.seed())));
    }

    private SubjectOutcome outcome(Tuned tuned) {
        List<Painted> asked = painted(Prompts.subject());
        List<Painted> others = painted(Prompts.others());
        List<Path> shown = AxolotlPictures.files(place.subject());
        return new SubjectOutcome(
                shown,
                asked,
                others,
                judge == null ? List.of() : new Judging(judge, shown, asked, others).scores(),
                tuned);
    }

    private List<Painted> painted(List<String> prompts) {
        Map<String, List<Path>> before = ImageRows.byPrompt(place.pictures("before"));
        Map<String, List<Path>> after = ImageRows.byPrompt(place.pictures("after"));
        return prompts.stream()
                .map(prompt -> new Painted(
                        prompt, before.getOrDefault(prompt, List.of()), after.getOrDefault(prompt, List.of())))
                .toList();
    }
}
