package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.diffusion.schedule.SchedulerName;
import org.moslora.examples.image.Picture;
import org.moslora.layers.Engine;
import org.moslora.problems.NotFinite;

class ImageSamplerTest {
    private static final SchedulerConfig CONFIG = SchedulerConfig.stableDiffusion(Prediction.EPSILON);
    private static final LatentSpace SPACE = new LatentSpace(4, 8);

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private record Told() implements PromptEncoder {
        @Override
        public PromptEmbedding of(String text, TextReading reading) {
            return new PromptEmbedding(new float[] {text.length()}, null);
        }

        @Override
        public boolean zeroForNothing() {
            return false;
        }
    }

    /** Answers one number everywhere. */
    private record Constant(float value) implements Denoiser {
        @Override
        public Session open(Conditions conditions) {
            return new Session() {
                @Override
                public float[] answer(float[] samples, double timestep) {
                    float[] answers = new float[samples.length];
                    java.util.Arrays.fill(answers, value);
                    return answers;
                }

                @Override
                public void close() {}
            };
        }
    }

    /** Decodes to one number everywhere. */
    private record Grey(float value) implements LatentCoder {
        @Override
        public float[] decode(float[] latents, LatentShape shape) {
            float[] pixels = new float[3 * 64 * shape.height() * shape.width()];
            java.util.Arrays.fill(pixels, value);
            return pixels;
        }

        @Override
        public float[] encode(float[] pixels, float[] noise, LatentShape shape) {
            return noise;
        }
    }

    private static PictureEngine engine(float answer, float grey, PictureEngine.@Nullable Wider wider) {
        return new PictureEngine(new Told(), new Constant(answer), new Grey(grey), new TorchNoise(), wider);
    }

    private static List<Picture> paint(PictureEngine engine, int batches) {
        ImageJob job =
                new ImageJob("p", null, 1, 2, Guidance.free(2), SchedulerName.EULER, 8, 8, TextReading.PLAIN, null);
        List<Picture> pictures = new ArrayList<>();
        try (ImageSampler painter = new ImageSampler(engine, asked -> CONFIG.scheduler(asked.scheduler()), SPACE)) {
            for (int i = 0; i < batches; i++) {
                painter.paint(List.of(job, job), () -> {}, (index, picture) -> pictures.add(picture));
            }
            painter.finish();
        }
        return pictures;
    }

    @Test
    void picturesComeInOrderRoundedAndClipped() {
        List<Picture> pictures = paint(engine(0, 0.5f, null), 20);
        assertThat(pictures).hasSize(40);
        // (0.5/2 + 0.5)·255 = 191.25
        assertThat(pictures.get(0).rgb()).containsOnly((byte) 191);
        assertThat(paint(engine(0, 7, null), 1).get(0).rgb()).containsOnly((byte) 255);
        assertThat(paint(engine(0, -7, null), 1).get(0).rgb()).containsOnly((byte) 0);
    }

    @Test
    void nothingIsDecodedBesideSampling() {
        ImageJob job =
                new ImageJob("p", null, 1, 2, Guidance.free(2), SchedulerName.EULER, 8, 8, TextReading.PLAIN, null);
        List<Thread> decoding = new ArrayList<>();
        List<Thread> taking = new ArrayList<>();
        PictureEngine plain = engine(0, 0, null);
        LatentCoder seen = new LatentCoder() {
            @Override
            public float[] decode(float[] latents, LatentShape shape) {
                decoding.add(Thread.currentThread());
                return plain.coder().decode(latents, shape);
            }

            @Override
            public float[] encode(float[] pixels, float[] noise, LatentShape shape) {
                return noise;
            }
        };
        PictureEngine engine = new PictureEngine(plain.texts(), plain.denoiser(), seen, plain.noise(), null);
        try (ImageSampler painter = new ImageSampler(engine, asked -> CONFIG.scheduler(asked.scheduler()), SPACE)) {
            painter.paint(List.of(job, job), () -> {}, (index, picture) -> taking.add(Thread.currentThread()));
            painter.finish();
        }
        assertThat(decoding).hasSize(2).containsOnly(Thread.currentThread());
        assertThat(taking).hasSize(2).doesNotContain(Thread.currentThread());
    }

    @Test
    void whatOverflowsIsAskedAgainInFullPrecision() {
        PictureEngine.Wider wide = () -> engine(0, 0, null);
        assertThat(paint(engine(Float.NaN, 0.5f, wide), 1)).hasSize(2);
        assertThat(paint(engine(0, Float.POSITIVE_INFINITY, wide), 1).get(0).rgb())
                .containsOnly((byte) 128);
    }

    @Test
    void whatIsNotFiniteIsNeverHandedOver() {
        List<Picture> none = new ArrayList<>();
        assertThatThrownBy(() -> none.addAll(paint(engine(Float.NaN, 0, null), 1)))
                .isInstanceOf(NotFinite.class)
                .hasMessageContaining("latents")
                .hasMessageContaining("seed 1");
        assertThatThrownBy(() -> none.addAll(paint(engine(0, Float.NaN, null), 1)))
                .isInstanceOf(NotFinite.class)
                .hasMessageContaining("pixels");
        assertThat(none).isEmpty();
    }
}
