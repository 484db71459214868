package org.moslora.diffusion.schedule;

/**
 * The forward process that training draws from: noisy = {@link #add}(t) of the clean sample and noise, and the model
 * is to answer {@link #target}(t) of the same two. All in single precision, as {@code DDPMScheduler} has it.
 */
public final class ForwardProcess {
    private final NoiseTable table;
    private final Prediction prediction;

    ForwardProcess(NoiseTable table, Prediction prediction) {
        this.table = table;
        this.prediction = prediction;
    }

    /** T: timesteps are drawn from 0 to T − 1. */
    public int timesteps() {
        return table.timesteps();
    }

    /** What the model is to answer. */
    public Prediction prediction() {
        return prediction;
    }

    /** The noisy sample at a timestep: √ᾱ·x₀ + √(1−ᾱ)·ε. */
    public Blend add(int timestep) {
        float alpha = table.alpha(timestep);
        return new Blend(Numeric.sqrt(alpha), Numeric.sqrt(1 - alpha));
    }

    /** What the model is to answer at a timestep, of the clean sample and the noise. */
    public Blend target(int timestep) {
        Blend noisy = add(timestep);
        return switch (prediction) {
            case EPSILON -> new Blend(0, 1);
            case VELOCITY -> new Blend(-noisy.noise(), noisy.image());
            case SAMPLE -> new Blend(1, 0);
        };
    }

    /** The signal-to-noise ratio ᾱ/(1−ᾱ), infinite without noise. */
    public double signalToNoise(int timestep) {
        double alpha = table.alpha(timestep);
        return alpha / (1 - alpha);
    }

    /**
     * The weight of a timestep's loss by Hang and others, "Efficient Diffusion Training via Min-SNR Weighting Strategy",
     * arXiv 2303.09556: min(SNR, γ) over what the prediction weighs by itself, SNR for ε, SNR + 1 for v, 1 for x₀.
     *
     * @param gamma 5 in the paper; 0 weighs all alike
     */
    public double minSnrWeight(int timestep, double gamma) {
        if (gamma <= 0) {
            return 1;
        }
        double ratio = signalToNoise(timestep);
        double least = Math.min(ratio, gamma);
        return switch (prediction) {
            case EPSILON -> ratio == 0 ? 1 : least / ratio;
            case VELOCITY -> least / (ratio + 1);
            case SAMPLE -> least;
        };
    }
}
