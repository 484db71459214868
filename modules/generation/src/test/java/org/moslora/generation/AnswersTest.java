package org.moslora.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.image.PictureInput;

class AnswersTest {
    private static final int STOP = 9;

    /** Counts: after a token comes the next one, until the stop token; remembers what it was given. */
    private static final class Counting implements Decoder.Session {
        private final List<int[]> given = new ArrayList<>();
        private final List<Integer> pictures = new ArrayList<>();

        @Override
        public float[] next(int[] ids, List<PictureInput> pixels) {
            given.add(ids.clone());
            pictures.add(pixels.size());
            float[] logits = new float[STOP + 1];
            logits[Math.min(STOP, ids[ids.length - 1] + 1)] = 5;
            return logits;
        }

        @Override
        public int length() {
            return given.stream().mapToInt(ids -> ids.length).sum();
        }

        @Override
        public void rewind(int length) {
            throw new UnsupportedOperationException("nobody rewinds while answering");
        }

        @Override
        public void close() {
            given.clear();
        }
    }

    @Test
    void anAnswerEndsAtTheStopTokenWithoutIt() {
        try (Counting session = new Counting()) {
            Answers answers = new Answers(STOP, Sampling.greedy(100));
            List<int[]> seen = new ArrayList<>();
            int[] answer = answers.answer(
                    session, new int[] {1, 2, 5}, List.of(PictureInput.remembered(1)), ids -> seen.add(ids.clone()));
            assertThat(answer).containsExactly(6, 7, 8);
            assertThat(seen).hasSize(3);
            assertThat(seen.get(1)).containsExactly(6, 7);
            assertThat(session.given.get(0)).containsExactly(1, 2, 5);
            assertThat(session.given.subList(1, 4).stream().map(ids -> ids[0])).containsExactly(6, 7, 8);
            assertThat(session.pictures).containsExactly(1, 0, 0, 0);
        }
    }

    @Test
    void anAnswerEndsAtItsLongestLengthWithoutAskingForMore() {
        try (Counting session = new Counting()) {
            int[] answer = new Answers(STOP, Sampling.greedy(2)).answer(session, new int[] {0}, List.of(), ids -> {});
            assertThat(answer).containsExactly(1, 2);
            assertThat(session.given).hasSize(2);
        }
    }

    @Test
    void anAnswerMayBeEmpty() {
        try (Counting session = new Counting()) {
            assertThat(new Answers(STOP, Sampling.greedy(5)).answer(session, new int[] {8}, List.of(), ids -> {}))
                    .isEmpty();
        }
    }

    @Test
    void theLikeliestTokenIsTheFirstOfTheLargest() {
        SplittableRandom random = new SplittableRandom(1);
        assertThat(Sampling.greedy(1).choose(new float[] {0, 3, 3, -1}, random)).isEqualTo(1);
        assertThat(Sampling.greedy(1).choose(new float[] {-5, -7}, random)).isZero();
    }

    private static int[] drawn(Sampling sampling, float[] logits, int count) {
        SplittableRandom random = new SplittableRandom(sampling.seed());
        int[] counts = new int[logits.length];
        for (int i = 0; i < count; i++) {
            counts[sampling.choose(logits, random)]++;
        }
        return counts;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2})
    void tokensAreDrawnBySoftmaxOfTheirLogitsOverTheTemperature(double temperature) {
        float[] logits = {1, 0, 2, -1};
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit / temperature);
        }
        int[] counts = drawn(new Sampling(temperature, 1, 11, 1), logits, 20_000);
        for (int i = 0; i < logits.length; i++) {
            // One deviation of a share of 20 000 draws is 0.0035 at most.
            assertThat(counts[i] / 20_000.0).isCloseTo(Math.exp(logits[i] / temperature) / sum, within(0.015));
        }
    }

    @Test
    void onlyTheTokensThatTogetherHaveTheShareAreDrawn() {
        float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.15), (float) Math.log(0.05)};
        assertThat(drawn(new Sampling(1, 0.45, 3, 1), logits, 500)).containsExactly(500, 0, 0, 0);
        int[] two = drawn(new Sampling(1, 0.7, 3, 1), logits, 20_000);
        assertThat(Arrays.copyOfRange(two, 2, 4)).containsExactly(0, 0);
        assertThat(two[0] / 20_000.0).isCloseTo(0.625, within(0.015));
        int[] three = drawn(new Sampling(1, 0.9, 3, 1), logits, 2000);
        assertThat(three[2]).isPositive();
        assertThat(three[3]).isZero();
    }

    @Test
    void drawsAreFunctionsOfTheirSeed() {
        float[] logits = new float[50];
        int[] first = drawn(new Sampling(1, 1, 5, 1), logits, 100);
        assertThat(drawn(new Sampling(1, 1, 5, 1), logits, 100)).isEqualTo(first);
        assertThat(drawn(new Sampling(1, 1, 6, 1), logits, 100)).isNotEqualTo(first);
    }

    @Test
    void hugeLogitsOverflowNothing() {
        float[] logits = {3e38f, -3e38f, 1};
        assertThat(drawn(new Sampling(0.01, 1, 5, 1), logits, 10)).containsExactly(10, 0, 0);
    }

    @Test
    void theSameWriterDrawsOnFromAnswerToAnswer() {
        Sampling sampling = new Sampling(1, 1, 5, 8);
        List<int[]> answers = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            Answers writer = new Answers(STOP, sampling);
            for (int i = 0; i < 2; i++) {
                try (Counting session = new Counting()) {
                    answers.add(writer.answer(session, new int[] {0}, List.of(), ids -> {}));
                }
            }
        }
        assertThat(answers.get(0)).isEqualTo(answers.get(2));
        assertThat(answers.get(1)).isEqualTo(answers.get(3));
    }
}
