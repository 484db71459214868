package org.moslora.diffusion.schedule;

/** Between which noise levels a family of models steps, before its schedule shifts them, and by what it shifts. */
public enum FlowSpacing {
    /** From all noise down in even steps; shifted by a line through the number of tokens: Z-Image, FLUX.1. */
    EVEN {
        @Override
        double mu(FlowSchedule schedule, int tokens, int steps) {
            double slope =
                    (schedule.maxShift() - schedule.baseShift()) / (schedule.maxTokens() - schedule.baseTokens());
            return tokens * slope + (schedule.baseShift() - slope * schedule.baseTokens());
        }
    },
    /** From the first to the last level of training, which are shifted once already: Stable Diffusion 3. */
    TRAINED {
        @Override
        double[] levels(FlowSchedule schedule, int steps) {
            float[] table = schedule.training();
            return Numeric.linspace(table[0], table[table.length - 1], steps);
        }

        @Override
        double mu(FlowSchedule schedule, int tokens, int steps) {
            return EVEN.mu(schedule, tokens, steps);
        }
    },
    /** The same as EVEN; shifted by what the authors of FLUX.2 measured, of tokens and steps. */
    EVEN_MEASURED {
        private static final int LARGE = 4300;

        @Override
        double mu(FlowSchedule schedule, int tokens, int steps) {
            double atTwoHundred = 0.00016927 * tokens + 0.45666666;
            if (tokens > LARGE) {
                return atTwoHundred;
            }
            double atTen = 8.73809524e-05 * tokens + 1.89833333;
            double slope = (atTwoHundred - atTen) / 190.0;
            return slope * steps + (atTwoHundred - 200.0 * slope);
        }
    };

    /** Noise levels from 1 down, one a step, the last above 0. */
    double[] levels(FlowSchedule schedule, int steps) {
        return Numeric.linspace(1, 1.0 / steps, steps);
    }

    /** How far a dynamic schedule is shifted: its exponent. */
    abstract double mu(FlowSchedule schedule, int tokens, int steps);
}
