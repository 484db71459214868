package org.moslora.samples;

import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.text.Conversation;
import org.moslora.generation.Sampling;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.Messages;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.tuning.AnswerOptions;
import org.moslora.tuning.Chat;
import org.moslora.tuning.Evaluation;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.Processor;
import org.moslora.visual.VisualInstructionTuning;

/**
 * The whole way in half a minute: makes a tiny LLaVA with pictures, asks it, trains it by a recipe, examines it on
 * pictures that it has not seen and asks it again: {@code FirstRun RECIPE.yaml FOLDER [key=value ...]}.
 */
public final class FirstRun {
    private static final int ANSWER_TOKENS = 12;
    /** So small a model is fastest on one. */
    private static final int THREADS = 1;

    private final TinyLlava tiny;
    private final RunFolder run;

    private FirstRun(Path folder) {
        this.tiny = TinyLlava.write(folder, TinyOptions.standard());
        this.run = new RunFolder(folder.resolve("run"));
    }

    /** Runs the sample. */
    public static void main(String... arguments) {
        Path folder = Path.of(arguments[1]).toAbsolutePath();
        run(Path.of(arguments[0]), folder, Arrays.asList(arguments).subList(2, arguments.length));
        System.out.println();
        System.out.println("On your own data: name a LLaVA folder, conversations and pictures in a copy of a recipe");
        System.out.println("in samples/recipes, then");
        System.out.println("  ./moslora check my.yaml");
        System.out.println("  ./moslora train my.yaml");
        System.out.println("  ./moslora chat --model MODEL --adapter RUN --image PICTURE.jpg \"QUESTION\"");
    }

    /**
     * Makes, trains and examines a tiny LLaVA in a folder without a run.
     *
     * @param overrides of the recipe's keys
     * @return the shares of right answers before and after
     */
    static double[] run(Path recipe, Path folder, List<String> overrides) {
        System.out.println("A tiny LLaVA with random weights and pictures to learn from: " + folder);
        FirstRun first = new FirstRun(folder);
        Engine.start(THREADS);
        double before = first.examine(List.of(), "before");
        first.train(recipe, overrides);
        double after =
                first.examine(List.of(ScaledAdapter.parse(first.run.adapter().toString())), "after");
        System.out.printf(
                Locale.ROOT,
                "Right answers about pictures that it has not seen: %.0f %% before, %.0f %% after.%n",
                100 * before,
                100 * after);
        return new double[] {before, after};
    }

    private void train(Path recipe, List<String> overrides) {
        List<String> all = new ArrayList<>(List.of(
                "model=" + tiny.model(),
                "output=" + run.path(),
                "data.conversations=[" + tiny.train() + "]",
                "data.images=" + tiny.images()));
        all.addAll(overrides);
        System.out.println("Training by " + recipe);
        new VisualInstructionTuning().train(new RunRequest(recipe, all, tiny.folder(), null, THREADS, false));
    }

    /** Asks one question about a held-back picture aloud and all of them silently; the share of right answers. */
    private double examine(List<ScaledAdapter> adapters, String when) {
        Conversation asked =
                ConversationFiles.read(List.of(tiny.test()), null).rows().get(0).conversation();
        Path picture = tiny.images().resolve(asked.images().get(0));
        String question =
                asked.turns().get(0).text().replace(Conversation.IMAGE, "").strip();
        try (LoadedModel loaded = LoadedModel.open(
                        tiny.model(),
                        adapters,
                        Processor.Choice.open(tiny.images()),
                        Compute.cpu(),
                        Messages.stderr(true));
                Chat chat = new Chat(loaded, List.of(picture), Sampling.greedy(ANSWER_TOKENS))) {
            System.out.println("Question about " + picture.getFileName() + ": " + question);
            System.out.println("  expected:        " + asked.turns().get(1).text());
            System.out.println("  answer " + when + ": " + chat.ask(question, part -> {}));
            Path scores = tiny.folder().resolve("scores-" + when + ".jsonl");
            String summary = new Evaluation(loaded, true)
                    .run(List.of(tiny.test()), scores, AnswerOptions.greedily(ANSWER_TOKENS));
            return JsonParser.parseString(summary)
                    .getAsJsonObject()
                    .get("accuracy")
                    .getAsDouble();
        }
    }
}
