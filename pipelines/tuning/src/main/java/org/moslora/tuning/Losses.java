package org.moslora.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.moslora.examples.Example;
import org.moslora.examples.text.Conversation;
import org.moslora.generation.LanguageModelRunner;
import org.moslora.generation.TorchLanguageModelRunner;
import org.moslora.layers.TaskResult;
import org.moslora.problems.FieldName;
import org.moslora.problems.NotFinite;

/**
 * Teacher-forced losses of conversations. They are packed into passes of like lengths up to a number of tokens, while
 * the next ones are prepared on other threads.
 */
public final class Losses {
    private static final int TOKENS = 4096;

    private Losses() {}

    /**
     * The loss of one conversation.
     *
     * @param id the conversation's
     * @param sum of the negative log-likelihoods of its supervised tokens
     * @param tokens how many these are
     */
    public record Score(String id, double sum, int tokens) {
        /** Mean negative log-likelihood of a token. */
        public double mean() {
            return sum / Math.max(1, tokens);
        }
    }

    /**
     * Scores conversations.
     *
     * @param done sees how many are scored so far
     * @return a score for each, in their order
     */
    public static List<Score> of(
            LanguageModelRunner model, Processor processor, List<Conversation> rows, IntConsumer done) {
        List<List<Integer>> passes = passes(processor, rows);
        Score[] scores = new Score[rows.size()];
        ExecutorService workers = Executors.newFixedThreadPool(TuningData.threads());
        try {
            int scored = 0;
            Future<List<Example>> next = workers.submit(() -> examples(processor, rows, passes, 0));
            for (int pass = 0; pass < passes.size(); pass++) {
                List<Example> examples = TaskResult.of(next);
                int ahead = pass + 1;
                next = workers.submit(() -> examples(processor, rows, passes, ahead));
                List<Score> part = score(model, examples);
                for (int i = 0; i < part.size(); i++) {
                    scores[passes.get(pass).get(i)] = part.get(i);
                }
                scored += part.size();
                done.accept(scored);
            }
        } finally {
            workers.shutdownNow();
        }
        return List.of(scores);
    }

    /** Which rows are scored in one pass, by their numbers: like lengths together, as follows from all rows. */
    static List<List<Integer>> passes(Processor processor, List<Conversation> rows) {
        int[] lengths = rows.stream()
                .mapToInt(row -> processor.encoder().encode(row).ids().length)
                .toArray();
        List<List<Integer>> passes = new ArrayList<>();
        int tokens = 0;
        for (int row : IntStream.range(0, rows.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> lengths[i]))
                .toList()) {
            if (passes.isEmpty() || tokens + lengths[row] > TOKENS) {
                passes.add(new ArrayList<>());
                tokens = 0;
            }
            tokens += lengths[row];
            passes.get(passes.size() - 1).add(row);
        }
        return passes;
    }

    /** The scores of one pass, in its order. */
    static List<Score> of(LanguageModelRunner model, Processor processor, List<Conversation> rows, List<Integer> pass) {
        return score(model, examples(processor, rows, List.of(pass), 0));
    }

    /** Those of the model that a run trains, as it is. */
    static List<Score> of(TrainingSetup setup, List<Conversation> rows) {
        return of(new TorchLanguageModelRunner(setup.model), setup.processor, new ArrayList<>(rows), line -> {});
    }

    /** The examples of a pass; none beyond the last one. */
    private static List<Example> examples(
            Processor processor, List<Conversation> rows, List<List<Integer>> passes, int pass) {
        return pass >= passes.size()
                ? List.of()
                : passes.get(pass).stream()
                        .map(row -> TuningData.example(processor, rows.get(row)))
                        .toList();
    }

    private static List<Score> score(LanguageModelRunner model, List<Example> examples) {
        List<Score> scores = new ArrayList<>();
        float[] losses = model.losses(examples);
        int at = 0;
        for (Example example : examples) {
            int tokens = example.encoded().supervised();
            double sum = 0;
            for (int i = 0; i < tokens; i++) {
                sum += losses[at++];
            }
            if (!Double.isFinite(sum)) {
                throw new NotFinite(
                        "the loss of conversation " + example.encoded().id() + " is " + sum
                                + ": the model's numbers ran over, so nothing was written. Try "
                                + FieldName.of("precision") + " fp32, or another scale"
                                + " of the adapters");
            }
            scores.add(new Score(example.encoded().id(), sum, tokens));
        }
        return scores;
    }
}
