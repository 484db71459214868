package org.moslora.diffusion.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * Euler's method on the flow: x + (σ' − σ)·v.
 *
 * @param tokens places of the picture
 */
record FlowEuler(FlowSchedule schedule, int tokens) implements Solver {
    @Override
    public Trajectory solve(int count, int start) {
        double[] even = schedule.spacing().levels(schedule, count);
        float[] levels = new float[count + 1];
        for (int i = 0; i < count; i++) {
            levels[i] = schedule.shifted((float) even[i], tokens, count);
        }
        List<SamplingStep> steps = new ArrayList<>();
        for (int i = start; i < count; i++) {
            steps.add(new Combination()
                    .sample(0, 1)
                    .output(0, levels[i + 1] - levels[i])
                    .step(schedule.told(levels[i]), 1));
        }
        return new Trajectory(1, new Blend(1 - levels[start], levels[start]), steps);
    }
}
