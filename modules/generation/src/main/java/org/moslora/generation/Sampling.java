package org.moslora.generation;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.moslora.problems.FieldName;
import org.moslora.problems.NotFinite;

/**
 * How a token is chosen from logits.
 *
 * @param temperature 0 takes the largest logit; otherwise logits are divided by it
 * @param topP only the most likely tokens that together have this probability are drawn from
 *     (Holtzman et al. 2020, arXiv:1904.09751)
 * @param seed of the draws
 * @param maxTokens of an answer
 */
public record Sampling(double temperature, double topP, long seed, int maxTokens) {
    /** Always the likeliest token. */
    public static Sampling greedy(int maxTokens) {
        return new Sampling(0, 1, 0, maxTokens);
    }

    /** The next token. */
    int choose(float[] logits, SplittableRandom random) {
        if (temperature == 0) {
            return largest(logits);
        }
        double top = logits[largest(logits)];
        double[] weights = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            weights[i] = Math.exp((logits[i] - top) / temperature);
            sum += weights[i];
        }
        return drawn(weights, sum, random);
    }

    private int drawn(double[] weights, double sum, SplittableRandom random) {
        Integer[] order = new Integer[weights.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(weights[b], weights[a]));
        int kept = 0;
        double mass = 0;
        while (kept < order.length && mass < topP * sum) {
            mass += weights[order[kept++]];
        }
        double left = random.nextDouble() * mass;
        for (int i = 0; i < kept; i++) {
            left -= weights[order[i]];
            if (left <= 0) {
                return order[i];
            }
        }
        return order[Math.max(0, kept - 1)];
    }

    private static int largest(float[] logits) {
        int best = 0;
        boolean finite = true;
        for (int i = 0; i < logits.length; i++) {
            finite &= Float.isFinite(logits[i]);
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        if (!finite) {
            throw notFinite();
        }
        return best;
    }

    /** What is thrown where logits are no numbers: any token would be as good as another. */
    static NotFinite notFinite() {
        return new NotFinite("the model came to logits that are NaN or infinite, so there is no answer. Try "
                + FieldName.of("precision") + " fp32," + " or another scale of the adapters");
    }
}
