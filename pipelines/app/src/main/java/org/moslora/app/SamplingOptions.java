package org.moslora.app;

import org.moslora.generation.Sampling;
import picocli.CommandLine.Option;

/** Options of the verbs that answer: how the tokens of an answer are drawn. */
final class SamplingOptions {
    @Option(names = "--temperature", defaultValue = "0", paramLabel = "T", description = "0: always the likeliest.")
    private double temperature;

    @Option(names = "--top-p", defaultValue = "1", paramLabel = "P", description = "Share of likelihood to draw from.")
    private double topP = 1;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S", description = "Of the draws.")
    private long seed;

    boolean areValid() {
        return temperature >= 0 && topP > 0 && topP <= 1;
    }

    /** Draws so many tokens at most. */
    Sampling of(int maxNewTokens) {
        return new Sampling(temperature, topP, seed, maxNewTokens);
    }
}
