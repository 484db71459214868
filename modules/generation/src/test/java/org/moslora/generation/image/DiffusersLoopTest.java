package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.diffusion.schedule.SchedulerName;
import org.moslora.layers.Engine;

/**
 * The whole way from a seed to latents against diffusers' loop: its draws in its order, its schedulers, guidance, a picture
 * to start from, and a model of a line. Rows are the first six latents of diffusers 0.42.1 on torch, with
 * {@code torch.Generator().manual_seed(11)}, six steps, and {@code eps = 0.4 x + word + t / 5000}, whose word is 0.2 for the
 * prompt and −0.3 for the negative one; the picture's latents are 0.5 times the first draw plus 0.25.
 */
final class DiffusersLoopTest {
    private static final LatentShape SHAPE = new LatentShape(4, 2, 2);
    private static final SchedulerConfig CONFIG = SchedulerConfig.stableDiffusion(Prediction.EPSILON);

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    /** A model of a line, which counts what it is asked. */
    private record Line(int[] rows) implements Denoiser {
        @Override
        public Session open(Conditions conditions) {
            return new Session() {
                @Override
                public float[] answer(float[] samples, double timestep) {
                    rows[0] += samples.length / SHAPE.size();
                    float[] answers = new float[samples.length];
                    for (int i = 0; i < answers.length; i++) {
                        float word = conditions.words().get(i / SHAPE.size()).states()[0];
                        answers[i] = 0.4f * samples[i] + word + (float) (timestep / 5000);
                    }
                    return answers;
                }

                @Override
                public void close() {
                    // There is nothing to let go.
                }
            };
        }
    }

    private static Conditions words(double weight) {
        PromptEmbedding negative = new PromptEmbedding(new float[] {-0.3f}, null);
        PromptEmbedding prompt = new PromptEmbedding(new float[] {0.2f}, null);
        return new Conditions(SHAPE, weight > 1 ? List.of(negative, prompt) : List.of(prompt), List.of(), List.of());
    }

    private static List<Denoising.Encoding> images(double strength) {
        return strength == 0
                ? Denoising.noImages()
                : List.of(noise -> {
                    float[] latents = noise.clone();
                    for (int i = 0; i < latents.length; i++) {
                        latents[i] = 0.5f * latents[i] + 0.25f;
                    }
                    return latents;
                });
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                DDIM, 1, 0, -2.455674 1.359325 -2.064906 -0.884657 -1.639556 -4.900809
                DDIM, 1, 0.6, -0.040939 1.415238 -1.261856 -1.057146 -0.193953 -1.30961
                DDIM, 5, 0, -9.813951 -5.99895 -9.423179 -8.242933 -8.997832 -12.259085
                DDIM, 5, 0.6, -1.696372 -0.240195 -2.917289 -2.712578 -1.849387 -2.965043
                PNDM, 1, 0, -2.048649 1.315434 -1.704067 -0.663319 -1.328992 -4.20478
                PNDM, 1, 0.6, 0.024529 1.667658 -1.651914 -1.474522 -0.249431 -1.480156
                PNDM, 5, 0, -8.249409 -4.885324 -7.904828 -6.864079 -7.529752 -10.40554
                PNDM, 5, 0.6, -1.652385 -0.009256 -3.328829 -3.151436 -1.926346 -3.157071
                EULER, 1, 0, -5.141669 2.115705 -4.398301 -2.153081 -3.589146 -9.793113
                EULER, 1, 0.6, -0.075347 1.492006 -1.510928 -1.312375 -0.281221 -1.470607
                EULER, 5, 0, -20.171835 -12.914463 -19.428465 -17.183249 -18.619312 -24.823278
                EULER, 5, 0.6, -2.154455 -0.587102 -3.590036 -3.391483 -2.360329 -3.549715
                EULER_A, 1, 0, -4.770894 2.690818 -8.040053 -5.530785 -3.210115 -9.232287
                EULER_A, 1, 0.6, -0.253652 1.433522 -2.252184 -1.268087 -0.138393 -1.632197
                EULER_A, 5, 0, -20.876789 -13.41508 -24.145945 -21.636681 -19.316013 -25.338177
                EULER_A, 5, 0.6, -2.837026 -1.149852 -4.835559 -3.851461 -2.721767 -4.215572
                DPMPP_2M, 1, 0, -4.208871 1.930533 -3.580016 -1.680665 -2.895509 -8.143779
                DPMPP_2M, 1, 0.6, -0.099772 1.66422 -1.901277 -1.71115 -0.394476 -1.715565
                DPMPP_2M, 5, 0, -16.665854 -10.526453 -16.037001 -14.13765 -15.352493 -20.600758
                DPMPP_2M, 5, 0.6, -2.708913 -0.944921 -4.510419 -4.320292 -3.003618 -4.324706
                DPMPP_2M_KARRAS, 1, 0, -3.186722 1.739729 -2.682108 -1.158009 -2.132838 -6.344216
                DPMPP_2M_KARRAS, 1, 0.6, -0.019511 1.285009 -0.969289 -0.760068 -0.107771 -1.120809
                DPMPP_2M_KARRAS, 5, 0, -12.837156 -7.910706 -12.332542 -10.808442 -11.783268 -15.994643
                DPMPP_2M_KARRAS, 5, 0.6, -1.296001 0.008519 -2.24578 -2.036558 -1.384262 -2.397299
                DDPM, 1, 0, -2.610852 1.889362 -4.824719 -3.294594 -1.556529 -5.152371
                DDPM, 1, 0.6, -0.196156 1.339085 -1.891352 -1.047439 -0.065968 -1.425912
                DDPM, 5, 0, -11.503237 -7.003022 -13.717103 -12.186976 -10.448914 -14.044753
                DDPM, 5, 0.6, -2.330621 -0.79538 -4.025817 -3.181905 -2.200434 -3.560377
                LCM, 1, 0, -3.488029 0.564746 -5.94313 -4.622837 -2.668656 -6.766242
                LCM, 1, 0.6, -0.597869 0.694196 -2.540602 -2.093721 -0.147923 -1.457544
                LCM, 5, 0, -17.610607 -13.557835 -20.06571 -18.745415 -16.791235 -20.888821
                LCM, 5, 0.6, -5.096654 -3.804589 -7.039387 -6.592507 -4.646708 -5.956328
            """)
    void latentsAreThoseOfDiffusers(SchedulerName scheduler, double weight, double strength, String expected) {
        ImageJob.Start start = strength == 0 ? null : new ImageJob.Start(Path.of("unused.png"), strength);
        ImageJob job =
                new ImageJob("p", "n", 11, 6, Guidance.free(weight), scheduler, 16, 16, TextReading.PLAIN, start);
        Denoising denoising = new Denoising(
                new TorchNoise(), job.trajectory(CONFIG.scheduler(scheduler)), SHAPE, List.of(job), images(strength));
        int[] rows = new int[1];
        int[] steps = new int[1];
        float[] latents =
                denoising.run(new Line(rows), words(weight), () -> steps[0]++).get(0);
        float[] golden = new float[6];
        String[] numbers = expected.split(" ");
        for (int i = 0; i < golden.length; i++) {
            golden[i] = Float.parseFloat(numbers[i]);
        }
        assertThat(Arrays.copyOf(latents, 6)).containsExactly(golden, Offset.offset(2e-4f));
        // Without guidance there is no row for the negative prompt, which would cost as much as the prompt's.
        assertThat(rows[0]).isEqualTo(weight > 1 ? 2 * steps[0] : steps[0]);
    }
}
