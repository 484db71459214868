package org.moslora.training;

/** How the learning rate runs over a training, step for step as transformers' schedules of these names do. */
public enum Schedule {
    /** Always the same; a warm-up is ignored. */
    CONSTANT,
    /** The same after a linear warm-up. */
    CONSTANT_WITH_WARMUP,
    /** Linear warm-up, then linearly to zero at the last step. */
    LINEAR,
    /** Linear warm-up, then half a cosine to zero (Loshchilov and Hutter 2017, arXiv:1608.03983). */
    COSINE,
    /** Linear warm-up, then the same, then linearly to zero over the last three tenths (arXiv:2405.18392). */
    WARMUP_STABLE_DECAY;

    private static final double DECAY = 0.3;

    /**
     * Factor of the learning rate.
     *
     * @param step from 0
     * @param warmup steps of the warm-up
     * @param steps of the whole training
     */
    public double factor(int step, int warmup, int steps) {
        if (this == CONSTANT) {
            return 1;
        }
        if (step < warmup) {
            return (double) step / Math.max(1, warmup);
        }
        double rest = Math.max(1, steps - warmup);
        return switch (this) {
            case CONSTANT, CONSTANT_WITH_WARMUP -> 1;
            case LINEAR -> Math.max(0, (steps - step) / rest);
            case WARMUP_STABLE_DECAY -> Math.max(0, Math.min(1, (steps - step) / Math.max(1, DECAY * steps)));
            case COSINE -> Math.max(0, 0.5 * (1 + Math.cos(Math.PI * ((step - warmup) / rest))));
        };
    }
}
