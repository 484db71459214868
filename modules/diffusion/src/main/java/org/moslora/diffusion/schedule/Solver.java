package org.moslora.diffusion.schedule;

/** One method, with its settings. */
sealed interface Solver permits Ddim, Pndm, Euler, EulerAncestral, DpmSolver, Ddpm, Lcm, FlowEuler {
    /**
     * Plans a run.
     *
     * @param count how many steps the whole way has, 1 to T
     * @param start how many of them are passed over, for image to image
     */
    Trajectory solve(int count, int start);
}
