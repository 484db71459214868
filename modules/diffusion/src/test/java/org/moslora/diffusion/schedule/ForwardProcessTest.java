package org.moslora.diffusion.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Numbers of diffusers' DDPMScheduler on the settings of Stable Diffusion. */
class ForwardProcessTest {
    private final ForwardProcess noise =
            SchedulerConfig.stableDiffusion(Prediction.EPSILON).training();

    @Test
    void addsNoiseAsDiffusersDoes() {
        assertThat(noise.timesteps()).isEqualTo(1000);
        assertBlend(noise.add(0), 0.9995749, 0.0291551333);
        assertBlend(noise.add(250), 0.820848525, 0.571145952);
        assertBlend(noise.add(999), 0.0682648867, 0.997667253);
    }

    @Test
    void aimsAtNoiseVelocityOrSample() {
        assertBlend(noise.target(250), 0, 1);
        ForwardProcess velocity =
                SchedulerConfig.stableDiffusion(Prediction.VELOCITY).training();
        assertBlend(velocity.target(250), -0.571145952, 0.820848525);
        assertBlend(
                SchedulerConfig.stableDiffusion(Prediction.SAMPLE).training().target(250), 1, 0);
    }

    @Test
    void weighsByTheSignalToNoiseRatio() {
        double ratio = noise.signalToNoise(250);
        assertThat(ratio).isCloseTo(2.06553149, within(1e-4));
        assertThat(noise.minSnrWeight(250, 5)).isEqualTo(1);
        assertThat(noise.minSnrWeight(0, 5)).isCloseTo(5 / noise.signalToNoise(0), within(1e-12));
        assertThat(noise.minSnrWeight(0, 0)).isEqualTo(1);
        ForwardProcess velocity =
                SchedulerConfig.stableDiffusion(Prediction.VELOCITY).training();
        assertThat(velocity.minSnrWeight(250, 5)).isCloseTo(ratio / (ratio + 1), within(1e-12));
        assertThat(velocity.minSnrWeight(0, 5)).isCloseTo(5 / (noise.signalToNoise(0) + 1), within(1e-12));
    }

    private static void assertBlend(Blend blend, double image, double added) {
        assertThat(blend.image()).isCloseTo(image, within(2e-7));
        assertThat(blend.noise()).isCloseTo(added, within(2e-7));
    }
}
