package org.moslora.generation.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.generation.image.Conditions;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.FamilyTraits;
import org.moslora.generation.image.LatentCoder;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.LatentSpace;
import org.moslora.generation.image.PictureEngine;
import org.moslora.generation.image.PictureLimits;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.PlainNoise;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.generation.image.TextReading;
import org.moslora.pictures.AdapterUse;
import org.moslora.pictures.FailedRows;
import org.moslora.pictures.ImageRows;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.problems.InvalidInput;

/** Jobs of many prompts on an engine that costs nothing: each picture once, whatever happens on the way. */
final class BatchGenerationTest {
    private static final Options QUICK = Options.NONE.with(Option.STEPS, 2L).with(Option.SEED, 5L);
    private static final int PROMPTS = 40;

    @TempDir
    private Path folder;

    private Path prompts = Path.of("");

    @BeforeEach
    void write() throws IOException {
        prompts = folder.resolve("prompts.jsonl");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < PROMPTS; i++) {
            lines.add("{\"prompt\": \"picture " + i + "\", \"width\": " + (i % 3 == 0 ? 24 : 16) + "}");
        }
        Files.write(prompts, lines);
    }

    /** An engine whose answers depend on the words, not finite for the words {@code bad}, and which dies when told to. */
    private record Toy(int dies, int[] asked, boolean healed)
            implements PictureRunner, PromptEncoder, Denoiser, LatentCoder {
        @Override
        public PictureTraits traits() {
            SchedulerConfig schedule = SchedulerConfig.stableDiffusion(Prediction.EPSILON);
            PictureLimits limits =
                    new PictureLimits((width, height, batch) -> (double) width * height * batch, () -> 4000);
            return new PictureTraits(
                    Path.of("toy"), FamilyTraits.unet(false), new LatentSpace(4, 8), 16, 2, schedule, limits);
        }

        @Override
        public int batch() {
            return 3;
        }

        @Override
        public PictureEngine with(List<ScaledAdapter> adapters) {
            if (!adapters.isEmpty()) {
                throw new InvalidInput(adapters.get(0).path().toString(), "there is none");
            }
            return new PictureEngine(this, this, this, new PlainNoise(), null);
        }

        @Override
        public PromptEmbedding of(String text, TextReading reading) {
            return new PromptEmbedding(new float[] {text.equals("bad") ? Float.NaN : text.hashCode() % 7}, null);
        }

        @Override
        public boolean zeroForNothing() {
            return false;
        }

        @Override
        public Session open(Conditions conditions) {
            return new Session() {
                @Override
                public float[] answer(float[] samples, double timestep) {
                    if (++asked[0] > dies) {
                        throw new IllegalStateException("killed");
                    }
                    int size = conditions.shape().size();
                    float[] answers = new float[samples.length];
                    for (int i = 0; i < answers.length; i++) {
                        float word = conditions.words().get(i / size).states()[0];
                        answers[i] = samples[i] * (healed && Float.isNaN(word) ? 0 : word) / 8;
                    }
                    return answers;
                }

                @Override
                public void close() {
                    // There is nothing to let go.
                }
            };
        }

        @Override
        public float[] decode(float[] latents, LatentShape shape) {
            float[] pixels = new float[3 * 64 * shape.height() * shape.width()];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = latents[i % latents.length] / 4;
            }
            return pixels;
        }

        @Override
        public float[] encode(float[] pixels, float[] noise, LatentShape shape) {
            return noise;
        }

        @Override
        public void close() {
            // There is nothing to let go.
        }
    }

    private BatchSummary run(String out, Shard shard, boolean retry, Toy toy) {
        BatchRequest request = new BatchRequest(
                new PromptSource.Lines(prompts), QUICK, folder.resolve(out), 0, false, shard, retry, true);
        return new BatchGeneration(request, told -> toy, remark -> {}).run();
    }

    private static Toy healthy() {
        return new Toy(Integer.MAX_VALUE, new int[1], false);
    }

    private Map<String, String> pictures(String... outs) throws IOException {
        Map<String, String> pictures = new TreeMap<>();
        for (String out : outs) {
            try (Stream<Path> files = Files.list(folder.resolve(out))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".png")).toList()) {
                    String before = pictures.put(
                            String.valueOf(file.getFileName()), java.util.Arrays.toString(Files.readAllBytes(file)));
                    assertThat(before).as("a picture is in one part only").isNull();
                }
            }
        }
        return pictures;
    }

    @Test
    void whatWasCutOffGoesOnToTheSameBytes() throws IOException {
        assertThat(run("whole", Shard.WHOLE, false, healthy()).painted()).isEqualTo(PROMPTS);
        for (int attempt = 0; attempt < 4; attempt++) {
            int dies = 7 + attempt;
            assertThatThrownBy(() -> run("cut", Shard.WHOLE, false, new Toy(dies, new int[1], false)))
                    .hasMessageContaining("killed");
            Files.writeString(
                    Files.createDirectories(folder.resolve("cut")).resolve(ImageRows.NAME),
                    "{\"file\": \"000",
                    java.nio.file.StandardOpenOption.APPEND,
                    java.nio.file.StandardOpenOption.CREATE);
        }
        BatchSummary last = run("cut", Shard.WHOLE, false, healthy());
        assertThat(last.there()).isPositive();
        assertThat(last.there() + last.painted()).isEqualTo(PROMPTS);
        assertThat(pictures("cut")).hasSize(PROMPTS).isEqualTo(pictures("whole"));
        assertThat(Files.readAllLines(folder.resolve("cut").resolve(ImageRows.NAME)))
                .hasSize(PROMPTS);
        assertThat(run("cut", Shard.WHOLE, false, healthy()).painted()).isZero();
    }

    @Test
    void shardsTogetherAreTheWhole() throws IOException {
        run("whole", Shard.WHOLE, false, healthy());
        long painted = 0;
        for (int i = 1; i <= 3; i++) {
            painted += run("part-" + i, Shard.parse(i + "/3"), false, healthy()).painted();
        }
        assertThat(painted).isEqualTo(PROMPTS);
        assertThat(pictures("part-1", "part-2", "part-3")).isEqualTo(pictures("whole"));
        assertThatThrownBy(() -> Shard.parse("4/3")).hasMessageContaining("1 to n");
        assertThatThrownBy(() -> Shard.parse("0/3")).isInstanceOf(InvalidInput.class);
    }

    @Test
    void whatFailsIsListedAndTriedAgainWhenAsked() throws IOException {
        Files.write(
                prompts,
                List.of("{\"prompt\": \"bad\"}", "{\"prompt\": \"one\", \"adapters\": [\"nowhere\"]}"),
                java.nio.file.StandardOpenOption.APPEND);
        BatchSummary first = run("out", Shard.WHOLE, false, healthy());
        assertThat(first.painted()).isEqualTo(PROMPTS);
        assertThat(first.failed()).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("out").resolve(FailedRows.NAME)))
                .contains("\"bad\"", "not finite", "nowhere", "reason");
        Toy healed = new Toy(Integer.MAX_VALUE, new int[1], true);
        BatchSummary again = run("out", Shard.WHOLE, false, healed);
        assertThat(again.painted()).isZero();
        assertThat(again.failed()).isEqualTo(2);
        BatchSummary retried = run("out", Shard.WHOLE, true, healed);
        assertThat(retried.painted()).isEqualTo(1);
        assertThat(retried.failed()).isEqualTo(1);
        assertThat(FailedRows.names(folder.resolve("out"))).hasSize(1);
        assertThat(retried.json()).contains("\"pictures\":42", "images_per_second");
    }

    @Test
    void nothingIsPaintedOfAFileWithALineThatIsWrong() throws IOException {
        Files.writeString(prompts, "{\"prompt\": \"one\", \"width\": 17}\n", java.nio.file.StandardOpenOption.APPEND);
        assertThatThrownBy(() -> run("out", Shard.WHOLE, false, healthy()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("multiple of 8");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void nothingIsPaintedOfAFileWithAPictureThatDoesNotFitIntoMemory() throws IOException {
        Files.writeString(prompts, "{\"prompt\": \"one\", \"width\": 800}\n", java.nio.file.StandardOpenOption.APPEND);
        assertThatThrownBy(() -> run("out", Shard.WHOLE, false, healthy()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("800x16")
                .hasMessageContaining("memory");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aMistypedAdapterOfTheCommandIsToldBeforeAnything() {
        Options mistyped = QUICK.with(Option.ADAPTERS, List.of(new AdapterUse(folder + "/cta", 1)));
        BatchRequest request =
                BatchRequest.of(new PromptSource.Lines(prompts), mistyped, folder.resolve("out"), 0, false);
        assertThatThrownBy(() -> new BatchGeneration(request, told -> healthy(), line -> {}).run())
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("cta");
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(run("out", Shard.WHOLE, false, healthy()).painted()).isEqualTo(PROMPTS);
    }

    @Test
    void aRowsAdapterThatWasMissingIsTriedAgainOnceItIsThere() throws IOException {
        Path adapter = folder.resolve("cat.safetensors");
        Files.writeString(prompts, "{\"prompt\": \"a\"}\n{\"prompt\": \"b\", \"adapters\": [\"" + adapter + "\"]}\n");
        BatchSummary first = run("out", Shard.WHOLE, false, healthy());
        assertThat(first.painted()).isEqualTo(1);
        assertThat(first.failed()).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("out").resolve(FailedRows.NAME)))
                .contains("cat.safetensors");
        BatchSummary same = run("out", Shard.WHOLE, false, healthy());
        assertThat(same.failed()).as("known to fail, and not tried").isEqualTo(1);
        Files.writeString(prompts, "{\"prompt\": \"a\"}\n{\"prompt\": \"b\"}\n");
        assertThat(run("out", Shard.WHOLE, false, healthy()).painted()).isEqualTo(1);
    }

    @Test
    void halfASurrogatePairFailsItsRowAlone() throws IOException {
        Files.writeString(
                prompts,
                "{\"prompt\": \"a\"}\n{\"prompt\": \"\\ud83d cut\"}\n{\"prompt\": \"b\", \"negative\": \"\\udc00\"}\n"
                        + "{\"prompt\": \"\\ud83d\\ude00\"}\n");
        BatchSummary summary = run("out", Shard.WHOLE, false, healthy());
        assertThat(summary.painted()).isEqualTo(2);
        assertThat(summary.failed()).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("out").resolve(FailedRows.NAME)))
                .contains("\\ud83d cut", "surrogate");
        BatchSummary again = run("out", Shard.WHOLE, false, healthy());
        assertThat(again.painted()).isZero();
        assertThat(again.there()).isEqualTo(2);
        assertThat(again.failed()).isEqualTo(2);
    }

    @Test
    void somebodyElsesPictureOfThatNameStays() throws IOException {
        Path theirs = Files.createDirectories(folder.resolve("out")).resolve("00000-5.png");
        Files.writeString(theirs, "theirs");
        assertThatThrownBy(() -> run("out", Shard.WHOLE, false, healthy()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("00000-5.png");
        assertThat(theirs).hasContent("theirs");
    }
}
