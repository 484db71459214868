package org.moslora.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.problems.InvalidInput;

class GenerationParametersTest {
    private static final Options USUAL = Options.NONE
            .with(Option.SEED, 41L)
            .with(Option.STEPS, 10L)
            .with(Option.GUIDANCE, 7.5)
            .with(Option.SCHEDULER, "euler-a")
            .with(Option.WIDTH, 136L)
            .with(Option.HEIGHT, 120L)
            .with(Option.NEGATIVE, "blurry, lowres");

    @TempDir
    Path folder;

    @Test
    void usualRequestsNeedNoFieldsOfTheirOwn() {
        GenerationParameters making = new GenerationParameters(
                new PictureRequest("a photo of sks cat", USUAL), "sd15", Map.of("Version", "moslora 0.1"));
        assertThat(making.parameters().text())
                .isEqualTo("a photo of sks cat\nNegative prompt: blurry, lowres\n"
                        + "Steps: 10, Sampler: Euler a, CFG scale: 7.5, Seed: 41, Size: 136x120, Model: sd15,"
                        + " Version: moslora 0.1");
    }

    @Test
    void whatAModelIsToldOfGuidanceStandsBesideTheTrueOne() {
        Map<String, String> told = Map.of(GenerationParameters.DISTILLED, "told");
        GenerationParameters alone = new GenerationParameters(
                new PictureRequest("x", USUAL.without(Option.NEGATIVE).with(Option.GUIDANCE, 3.5)), "m", told);
        assertThat(alone.parameters().fields())
                .containsEntry("CFG scale", "1")
                .containsEntry("Distilled CFG Scale", "3.5")
                .doesNotContainKey("Request");
        assertThat(GenerationFields.request(alone.parameters())).isEqualTo(alone.request());
        GenerationParameters both = new GenerationParameters(
                new PictureRequest("x", USUAL.with(Option.GUIDANCE, 3.5).with(Option.TRUE_GUIDANCE, 2.0)), "m", told);
        assertThat(both.parameters().fields()).containsEntry("CFG scale", "2");
        assertThat(GenerationFields.request(both.parameters())).isEqualTo(both.request());
    }

    @Test
    void everySchedulerHasTheWebUisName() {
        for (Sampler sampler : Sampler.values()) {
            Options options = USUAL.with(Option.SCHEDULER, sampler.scheduler());
            GenerationParameters making = new GenerationParameters(new PictureRequest("x", options), "", Map.of());
            assertThat(making.parameters().fields()).containsEntry("Sampler", sampler.sampler());
            // Two are Euler there, which only the whole request tells apart.
            assertThat(making.parameters().fields().containsKey("Request")).isEqualTo(sampler == Sampler.FLOW_EULER);
            assertThat(GenerationFields.request(making.parameters()).options()).isEqualTo(options);
        }
        assertThat(Sampler.of("DPM++ 2M Karras", null)).contains(Sampler.DPMPP_2M_KARRAS);
        assertThat(Sampler.of("Euler a", "Automatic")).contains(Sampler.EULER_A);
    }

    @Test
    void theModelsOwnSchedulerIsNamedButNotAskedFor() {
        Options own = USUAL.without(Option.SCHEDULER);
        GenerationParameters making =
                new GenerationParameters(new PictureRequest("x", own), "m", Map.of("Scheduler", "pndm"));
        assertThat(making.parameters().fields())
                .containsEntry("Sampler", "PLMS")
                .doesNotContainKey("Scheduler");
        assertThat(GenerationFields.request(
                                ParametersText.parse(making.parameters().text()))
                        .options())
                .isEqualTo(own);
    }

    /** {@code -Dtests.seed=N} repeats one sequence. */
    @Test
    void anyRequestComesBackFromItsPicture() {
        long seed = Long.getLong("tests.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            PictureRequest request = new PictureRequest(text(random), options(random));
            Path file = folder.resolve("p.png");
            GenerationParameters making =
                    new GenerationParameters(request, text(random), Map.of("Version", text(random)));
            PngFile.write(file, picture(random), making);
            assertThat(GenerationParameters.read(file))
                    .as("tests.seed=%d, picture %d", seed, i)
                    .isEqualTo(request);
        }
    }

    private static Options options(Random random) {
        Options options = USUAL.with(Option.SEED, random.nextLong() & Long.MAX_VALUE)
                .with(Option.GUIDANCE, random.nextDouble() * 30)
                .with(Option.STRENGTH, 1 - random.nextDouble())
                .with(Option.CLIP_SKIP, (long) random.nextInt(4));
        Options named =
                random.nextBoolean() ? options.with(Option.NEGATIVE, text(random)) : options.without(Option.NEGATIVE);
        Options adapted = random.nextBoolean()
                ? named
                : named.with(
                        Option.ADAPTERS,
                        List.of(new AdapterUse("run" + text(random), random.nextDouble()), new AdapterUse("b:1", 1)));
        return random.nextBoolean() ? adapted : adapted.with(Option.IMAGE, "p" + text(random));
    }

    private static String text(Random random) {
        String[] parts = {
            "cat",
            ", ",
            ": ",
            "\n",
            "\"",
            "\\",
            "é",
            "猫",
            "😀",
            " ",
            "Negative prompt: ",
            "Steps: 1, Seed: 2, Size: 8x8",
            "{}",
            "\t",
            "\u00a0",
            "\r",
            "<lora:a:0.8>",
            "a",
            "\u0007",
            "\u2028"
        };
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(8); length > 0; length--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        return text.toString();
    }

    private static Picture picture(Random random) {
        byte[] rgb = new byte[3 * 5 * 4];
        random.nextBytes(rgb);
        return new Picture(5, 4, rgb);
    }

    @Test
    void pixelsAreKept() {
        Random random = new Random(3);
        Picture picture = picture(random);
        PngFile.write(
                folder.resolve("a.png"),
                picture,
                new GenerationParameters(new PictureRequest("猫", USUAL), "m", Map.of()));
        assertThat(PictureDecoder.decode(folder.resolve("a.png")).rgb()).isEqualTo(picture.rgb());
        Picture gray = new Picture(2, 2, new byte[12]);
        PngFile.write(folder.resolve("b.png"), gray);
        assertThat(PictureDecoder.decode(folder.resolve("b.png")).rgb()).isEqualTo(gray.rgb());
        assertThatThrownBy(() -> GenerationParameters.read(folder.resolve("b.png")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("b.png")
                .hasMessageContaining("parameters");
        assertThat(PngFile.name(12, 345)).isEqualTo("00012-345.png");
    }

    @Test
    void foreignFieldsThatCannotBeAreNamed() {
        String[][] cases = {
            {"Steps: 20, Sampler: UniPC, Seed: 1", "UniPC"},
            {"Steps: many, Sampler: Euler, Seed: 1", "steps"},
            {"Steps: 20, Sampler: Euler, Size: big", "Size"},
            {"Steps: 20, Sampler: Euler, Size: 513x512", "513"}
        };
        for (String[] each : cases) {
            Path file = folder.resolve("foreign.png");
            org.moslora.tensors.DurableFiles.writeBytes(
                    file, PngFile.encoded(picture(new Random(1)), "a cat\n" + each[0]));
            assertThatThrownBy(() -> GenerationParameters.read(file))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("foreign.png")
                    .hasMessageContaining(each[1]);
        }
    }
}
