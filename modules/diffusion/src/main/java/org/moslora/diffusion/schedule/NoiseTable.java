package org.moslora.diffusion.schedule;

import org.moslora.problems.InvalidInput;

/** How much of a clean sample is left at each training timestep: ᾱ₀ to ᾱ_{T−1}, in single precision. */
final class NoiseTable {
    /** Half precision's least positive number: noise of 4096 times the signal instead of none of it. */
    private static final float LEAST_SIGNAL = 0x1p-24f;

    private final float[] alphas;
    private final boolean zeroTerminal;

    private NoiseTable(float[] alphas, boolean zeroTerminal) {
        this.alphas = alphas;
        this.zeroTerminal = zeroTerminal;
    }

    /** The table of a noise schedule, rescaled to end without signal if {@code zeroTerminal}. */
    static NoiseTable of(float[] betas, boolean zeroTerminal) {
        float[] steps = zeroTerminal ? Betas.withoutTerminalSignal(betas) : betas;
        return new NoiseTable(Numeric.products(Betas.alphas(steps)), zeroTerminal);
    }

    /** The same for methods that count in σ, which no signal at all would make infinite. */
    NoiseTable withSignalEverywhere() {
        if (!zeroTerminal) {
            return this;
        }
        float[] some = alphas.clone();
        some[some.length - 1] = LEAST_SIGNAL;
        return new NoiseTable(some, true);
    }

    /** T. */
    int timesteps() {
        return alphas.length;
    }

    /**
     * ᾱ of a timestep.
     *
     * @throws InvalidInput past the last one, which a steps_offset can lead to
     */
    float alpha(int timestep) {
        if (timestep >= alphas.length) {
            throw new InvalidInput(
                    "steps",
                    String.format(
                            "so many steps lead to timestep %d, past the last one, %d: the scheduler's steps_offset"
                                    + " needs room; take fewer steps",
                            timestep, alphas.length - 1));
        }
        return alphas[timestep];
    }

    /** σ = √((1−ᾱ)/ᾱ) of every timestep. */
    float[] sigmas() {
        float[] sigmas = new float[alphas.length];
        for (int i = 0; i < alphas.length; i++) {
            sigmas[i] = Numeric.sqrt((1 - alphas[i]) / alphas[i]);
        }
        return sigmas;
    }
}
