package org.moslora.diffusion.schedule;

/**
 * The noise levels of a run, σ₀ down to the one after the last step, and the timesteps that go with them.
 *
 * @param sigmas one more than there are timesteps
 * @param timesteps what the model is told
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record NoiseLevels(float[] sigmas, double[] timesteps) {
    private static final double RHO = 7;

    static NoiseLevels of(double[] sigmas, float end, double[] timesteps) {
        float[] rounded = new float[sigmas.length + 1];
        for (int i = 0; i < sigmas.length; i++) {
            rounded[i] = (float) sigmas[i];
        }
        rounded[sigmas.length] = end;
        return new NoiseLevels(rounded, timesteps);
    }

    /** Levels at timesteps that may lie between two of the table. */
    static double[] at(float[] table, double[] timesteps) {
        double[] sigmas = new double[timesteps.length];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = Numeric.interpolate(table, timesteps[i]);
        }
        return sigmas;
    }

    /** Karras and others, arXiv 2206.00364, equation 5. */
    static double[] karras(double most, double least, int count) {
        double[] ramp = Numeric.linspace(0, 1, count);
        double high = Math.pow(most, 1 / RHO);
        double low = Math.pow(least, 1 / RHO);
        double[] sigmas = new double[count];
        for (int i = 0; i < count; i++) {
            sigmas[i] = Math.pow(high + ramp[i] * (low - high), RHO);
        }
        return sigmas;
    }

    /** Where in the table each level would stand, by its logarithm. */
    static double[] timestepsOf(double[] sigmas, float[] table) {
        float[] logs = new float[table.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = (float) Math.log(table[i]);
        }
        double[] timesteps = new double[sigmas.length];
        for (int i = 0; i < sigmas.length; i++) {
            timesteps[i] = position(Math.log(Math.max(sigmas[i], 1e-10)), logs);
        }
        return timesteps;
    }

    private static double position(double log, float[] logs) {
        int low = 0;
        for (int i = 0; i < logs.length - 1; i++) {
            if (log >= logs[i]) {
                low = i;
            }
        }
        double share = ((double) logs[low] - log) / ((double) logs[low] - logs[low + 1]);
        double within = Math.min(1, Math.max(0, share));
        return (1 - within) * low + within * (low + 1);
    }
}
