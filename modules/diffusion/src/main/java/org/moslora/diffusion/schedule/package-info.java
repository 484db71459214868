/**
 * When to ask the model and what to make of its answers. A {@link org.moslora.diffusion.schedule.SchedulerConfig}
 * reads {@code scheduler_config.json} and gives a {@link org.moslora.diffusion.schedule.Scheduler}, which plans a whole
 * run ahead as a {@link org.moslora.diffusion.schedule.Trajectory}: plain numbers, no tensors. Every method of the closed
 * set (DDIM, PNDM, Euler, ancestral Euler, DPM-Solver++, DDPM, LCM) comes out as a linear combination of what the last
 * few {@link org.moslora.diffusion.schedule.SamplingStep}s saw, so one small kernel runs them all; training takes its noise from
 * {@link org.moslora.diffusion.schedule.ForwardProcess}. The arithmetic is that of diffusers 0.42.1, in single precision
 * wherever it rounds there. Start at {@code SchedulerConfig.read}.
 */
@NullMarked
package org.moslora.diffusion.schedule;

import org.jspecify.annotations.NullMarked;
