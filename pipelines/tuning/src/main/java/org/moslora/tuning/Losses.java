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
            LanguageModelRunner model, Processor spelling, List<Conversation> rows, IntConsumer done) {
        int[] lengths = rows.stream()
                .mapToInt(row -> spelling.encoder().encode(row).ids().length)
                .toArray();
        List<Integer> order = IntStream.range(0, rows.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> lengths[i]))
                .toList();
        Score[] scores = new Score[rows.size()];
        ExecutorService workers = Executors.newFixedThreadPool(TuningData.threads());
        try {
            int scored = 0;
            Future<List<Example>> next = workers.submit(() -> examples(spelling, rows, order, 0, lengths));
            for (int at = 0; at < order.size(); ) {
                List<Example> examples = TaskResult.of(next);
                int from = at;
                at += examples.size();
                int begin = at;
                if (at < order.size()) {
                    next = workers.submit(() -> examples(spelling, rows, order, begin, lengths));
                }
                List<Score> part = score(model, examples);
                for (int i = 0; i < part.size(); i++) {
                    scores[order.get(from + i)] = part.get(i);
                }
                scored += part.size();
                done.accept(scored);
            }
        } finally {
            workers.shutdownNow();
        }
        return List.of(scores);
    }

    /** Those of the model that a run trains, as it is. */
    static List<Score> of(TrainingSetup trainee, List<Conversation> rows) {
        return of(new TorchLanguageModelRunner(trainee.model), trainee.spelling, new ArrayList<>(rows), line -> {});
    }

    private static List<Example> examples(
            Processor spelling, List<Conversation> rows, List<Integer> order, int from, int[] lengths) {
        List<Example> examples = new ArrayList<>();
        int tokens = 0;
        for (int i = from; i < order.size() && (examples.isEmpty() || tokens + lengths[order.get(i)] <= TOKENS); i++) {
            tokens += lengths[order.get(i)];
            examples.add(TuningData.example(spelling, rows.get(order.get(i))));
        }
        return examples;
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
