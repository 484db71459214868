package org.moslora.diffusion.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What training adds noise with, for schedules of every kind: numbers of DDPMScheduler.add_noise and
 * training_utils.compute_snr of diffusers 0.42.1.
 */
class TrainingNoiseLevelsTest {
    private static final String ZERO = "'beta_start': 0.00085, 'beta_end': 0.012, 'beta_schedule': 'scaled_linear',"
            + " 'rescale_betas_zero_snr': true, 'prediction_type': 'v_prediction'";

    @ParameterizedTest
    @CsvSource({
        "0, 0.999949992, 0.0100008296, 9997.341",
        "1, 0.999890029, 0.0148304133, 4545.671",
        "333, 0.564468563, 0.825454593, 0.4676201",
        "998, 0.00641731592, 0.999979436, 4.118363e-05",
        "999, 0.00635281857, 0.999979854, 4.035993e-05"
    })
    void theClassesDefaults(int timestep, double image, double noise, double ratio) {
        check("", timestep, image, noise, ratio);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.999979377, 0.00642697606, 24208.55",
        "1, 0.99995631, 0.00935093686, 11435.41",
        "333, 0.861379504, 0.507961929, 2.875589",
        "998, 0.00155844993, 0.999998808, 2.428772e-06",
        "999, 4.92821964e-05, 1, 2.428735e-09"
    })
    void aSquaredCosine(int timestep, double image, double noise, double ratio) {
        check("'beta_schedule': 'squaredcos_cap_v2'", timestep, image, noise, ratio);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.9995749, 0.0291551333, 1175.441",
        "1, 0.999116361, 0.0420297869, 565.0902",
        "333, 0.71175462, 0.702428222, 1.026731",
        "998, 0.000443617348, 0.99999994, 1.967964e-07",
        "999, 0, 1, 0"
    })
    void oneThatEndsWithoutSignal(int timestep, double image, double noise, double ratio) {
        check(ZERO, timestep, image, noise, ratio);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.948683321, 0.316227794, 8.999999",
        "1, 0.848528087, 0.529150307, 2.571428",
        "2, 0.709929585, 0.704272687, 1.016129",
        "3, 0.549909115, 0.835224509, 0.4334863"
    })
    void betasOfTheFileItself(int timestep, double image, double noise, double ratio) {
        check("'num_train_timesteps': 4, 'trained_betas': [0.1, 0.2, 0.3, 0.4]", timestep, image, noise, ratio);
    }

    /** As min(SNR, γ) over what the prediction weighs itself: nothing is divided by the ratio 0. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 5, 20})
    void withoutSignalTheVelocitysLossWeighsNothing(double gamma) {
        ForwardProcess noise = config(ZERO).training();
        assertThat(noise.minSnrWeight(999, gamma)).isZero();
        ForwardProcess epsilon = config(ZERO.replace("v_prediction", "epsilon")).training();
        assertThat(epsilon.minSnrWeight(999, gamma)).isEqualTo(1);
        ForwardProcess sample = config(ZERO.replace("v_prediction", "sample")).training();
        assertThat(sample.minSnrWeight(0, gamma)).isEqualTo(gamma);
        assertThat(sample.minSnrWeight(999, gamma)).isZero();
    }

    private static void check(String config, int timestep, double image, double noise, double ratio) {
        ForwardProcess process = config(config).training();
        assertThat(process.add(timestep).image()).isCloseTo(image, within(2e-7));
        assertThat(process.add(timestep).noise()).isCloseTo(noise, within(2e-7));
        assertThat(process.signalToNoise(timestep)).isCloseTo(ratio, within(1e-3 * ratio));
        assertThat(process.timesteps()).isGreaterThan(timestep);
    }

    private static SchedulerConfig config(String fields) {
        String given = fields.isEmpty() ? "" : ", " + fields.replace('\'', '"');
        return SchedulerConfig.parse("scheduler_config.json", "{\"_class_name\": \"DDPMScheduler\"" + given + "}");
    }
}
