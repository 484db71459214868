package org.moslora.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.image.PictureInput;
import org.moslora.problems.NotFinite;

/** Beams over a table of logits: with room for all answers the best of all, and never an answer of more than was allowed. */
final class BeamLawsTest {
    private static final int VOCABULARY = 4;
    private static final int STOP = 0;

    /** Logits that depend on all tokens so far, by chance; counts branches that are open. */
    private static class ChanceLogits implements Decoder {
        private final long seed;
        int open;
        int widest;

        ChanceLogits(long seed) {
            this.seed = seed;
        }

        float[] after(List<Integer> tokens) {
            Random random = new Random(seed * 31 + tokens.hashCode());
            float[] logits = new float[VOCABULARY];
            for (int i = 0; i < VOCABULARY; i++) {
                logits[i] = (float) (2 * random.nextGaussian());
            }
            return logits;
        }

        @Override
        public Session open(int room) {
            throw new UnsupportedOperationException("beams branch");
        }

        @Override
        public Branches branches(int room) {
            open++;
            return new Branches() {
                private List<List<Integer>> texts = List.of();

                @Override
                public float[] begin(int[] prompt, List<PictureInput> pictures) {
                    texts = List.of(List.of());
                    return after(List.of());
                }

                @Override
                public float[] grow(int[] from, int[] tokens) {
                    List<List<Integer>> grown = new ArrayList<>();
                    float[] logits = new float[VOCABULARY * tokens.length];
                    for (int i = 0; i < tokens.length; i++) {
                        List<Integer> text = new ArrayList<>(texts.get(from[i]));
                        text.add(tokens[i]);
                        assertThat(text.size()).as("room was asked for").isLessThan(room);
                        grown.add(text);
                        System.arraycopy(after(text), 0, logits, i * VOCABULARY, VOCABULARY);
                    }
                    texts = grown;
                    widest = Math.max(widest, tokens.length);
                    return logits;
                }

                @Override
                public void close() {
                    open--;
                }
            };
        }
    }

    private static double logLikelihood(float[] logits, int token) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        return logits[token] - Math.log(sum);
    }

    /** The best mean a token over every answer there can be, its end counted. */
    private static double best(ChanceLogits table, List<Integer> text, double sum, int most) {
        double best = (sum + logLikelihood(table.after(text), STOP)) / (text.size() + 1);
        for (int token = 1; token < VOCABULARY; token++) {
            double here = sum + logLikelihood(table.after(text), token);
            List<Integer> longer = new ArrayList<>(text);
            longer.add(token);
            best = Math.max(best, longer.size() == most ? here / most : best(table, longer, here, most));
        }
        return best;
    }

    private static double score(ChanceLogits table, int[] answer, int most) {
        List<Integer> text = new ArrayList<>();
        double sum = 0;
        for (int token : answer) {
            sum += logLikelihood(table.after(text), token);
            text.add(token);
        }
        return text.size() == most ? sum / most : (sum + logLikelihood(table.after(text), STOP)) / (text.size() + 1);
    }

    private static int[] answered(ChanceLogits table, int beams, int most) {
        int[] answer = new BeamSearch(table, STOP, beams, most).answer(new int[] {9}, List.of());
        assertThat(table.open).as("branches are closed").isZero();
        assertThat(answer).hasSizeLessThanOrEqualTo(most).doesNotContain(STOP);
        return answer;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void withRoomForAllAnswersTheBestOneIsFound(int most) {
        for (long seed = 0; seed < 60; seed++) {
            ChanceLogits table = new ChanceLogits(seed);
            int[] answer = answered(table, 200, most);
            assertThat(score(table, answer, most)).isEqualTo(best(table, List.of(), 0, most));
        }
    }

    @Test
    void noMoreBeamsGoOnThanWereAskedFor() {
        for (int beams = 1; beams < 6; beams++) {
            int widest = 0;
            for (long seed = 0; seed < 20; seed++) {
                ChanceLogits table = new ChanceLogits(seed);
                answered(table, beams, 9);
                widest = Math.max(widest, table.widest);
            }
            assertThat(widest).isEqualTo(beams);
        }
    }

    /** One beam takes the likeliest token at every step, as an answer without a temperature does. */
    @Test
    void oneBeamTakesTheLikeliestToken() {
        for (long seed = 0; seed < 40; seed++) {
            ChanceLogits table = new ChanceLogits(seed);
            List<Integer> greedy = new ArrayList<>();
            while (greedy.size() < 6) {
                float[] logits = table.after(greedy);
                int best = 0;
                for (int i = 1; i < VOCABULARY; i++) {
                    best = logits[i] > logits[best] ? i : best;
                }
                if (best == STOP) {
                    break;
                }
                greedy.add(best);
            }
            assertThat(answered(table, 1, 6))
                    .containsExactly(greedy.stream().mapToInt(i -> i).toArray());
        }
    }

    @Test
    void theSameSearchAnswersTheSame() {
        assertThat(answered(new ChanceLogits(5), 3, 8)).isEqualTo(answered(new ChanceLogits(5), 3, 8));
    }

    @Test
    void logitsThatAreNoNumbersGiveNoAnswer() {
        ChanceLogits broken = new ChanceLogits(1) {
            @Override
            float[] after(List<Integer> tokens) {
                float[] logits = super.after(tokens);
                if (tokens.size() == 2) {
                    Arrays.fill(logits, Float.NaN);
                }
                return logits;
            }
        };
        assertThatThrownBy(() -> new BeamSearch(broken, 99, 2, 5).answer(new int[] {1}, List.of()))
                .isInstanceOf(NotFinite.class);
        assertThat(broken.open).isZero();
    }
}
