package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.pictures.PngFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NotFinite;
import org.moslora.tensors.out.OutputLock;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;

class DreamBoothTest {
    private static final String WEIGHTS = "adapter_model.safetensors";

    @TempDir
    private Path folder;

    static Stream<List<String>> recipes() {
        return Stream.of(
                List.of(),
                List.of("class={images: class, prompt: a photo of circle, count: 3}"),
                List.of("text_encoder={adapter: {rank: 2}, learning_rate: 1.0e-3}"),
                List.of("adapter.dropout=0.3", "training.gradient_checkpointing=true"),
                List.of("crop=random", "flip=true", "loss={min_snr_gamma: 5, noise_offset: 0.1}", "ema.decay=0.9"),
                List.of("buckets={step: 8, min: 8, max: 32}", "captions={use: true, dropout: 0.5, shuffle: true}"),
                List.of("training.precision=bf16"),
                List.of("training.quantize=nf4", "training.gradient_checkpointing=true"));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aResumedRunEndsInTheSameBytes(List<String> overrides) throws IOException {
        TinyRun tiny = TinyRun.first(folder);
        Files.writeString(tiny.diffusion().pictures().resolve("0.txt"), "red, circle, sks");
        RunFolder whole = tiny.train("whole", overrides.toArray(String[]::new));
        RunFolder cut = tiny.cutAfter(whole, "cut", 4);
        tiny.resume("cut");
        assertThat(cut.adapter().resolve(WEIGHTS))
                .hasSameBinaryContentAs(whole.adapter().resolve(WEIGHTS));
        assertThat(losses(cut)).isEqualTo(losses(whole));
        assertThat(Files.exists(cut.averagedAdapter()))
                .isEqualTo(overrides.stream().anyMatch(key -> key.startsWith("ema")));
    }

    /** The weights are fp32 in their file, so in bf16 none is read where it is mapped. */
    @Test
    void offloadedWeightsGiveTheSameBytes() {
        TinyRun tiny = TinyRun.first(folder);
        String text = "text_encoder={adapter: {rank: 2}, learning_rate: 1.0e-3}";
        RunFolder whole = tiny.train("whole", "training.precision=bf16", text);
        RunFolder run = tiny.train("run", "training.precision=bf16", text, "training.weights_keep_gib=0");
        assertThat(run.adapter().resolve(WEIGHTS))
                .hasSameBinaryContentAs(whole.adapter().resolve(WEIGHTS));
        assertThat(losses(run)).isEqualTo(losses(whole));
    }

    @Test
    void theLossFallsOnOnePictureAndTheFolderIsComplete() {
        TinyRun tiny = TinyRun.first(folder);
        RunFolder run = tiny.train("run", "training.max_steps=30", "data.order=sequential");
        List<Double> losses = losses(run);
        assertThat(mean(losses.subList(20, 30))).isLessThan(mean(losses.subList(0, 10)));
        assertThat(run.recipe()).exists();
        assertThat(run.provenance()).content().contains("sha256", "0.png");
        JsonObject row = Metrics.rows(run.metrics()).get(0);
        assertThat(row.keySet()).contains("step", "loss", "grad_norm", "learning_rate", "seconds", "images");
        assertThat(row.get("images").getAsInt()).isEqualTo(4);
    }

    /** What two masks let through that fill each other up is what is learnt without: the mean is over all latents. */
    @Test
    void lossesOfMasksThatFillEachOtherUpAddUpToThatWithout() throws IOException {
        TinyRun tiny = TinyRun.first(folder);
        String[] recipe = {"training.max_steps=1", "resolution=24", "loss.mask=true"};
        double bare = losses(tiny.train("bare", recipe)).get(0);
        masks(tiny, x -> true);
        RunFolder whole = tiny.train("whole", recipe);
        masks(tiny, x -> x < 12);
        RunFolder left = tiny.train("left", recipe);
        masks(tiny, x -> x >= 12);
        double right = losses(tiny.train("right", recipe)).get(0);
        assertThat(losses(whole).get(0)).isEqualTo(bare);
        assertThat(losses(left).get(0)).isLessThan(0.8 * bare).isGreaterThan(0.2 * bare);
        assertThat(losses(left).get(0) + right).isCloseTo(bare, within(1e-2 * bare));
        assertThat(left.provenance()).content().contains("0-mask.png");
    }

    private static void masks(TinyRun tiny, IntPredicate learnt) throws IOException {
        for (int i = 0; i < 4; i++) {
            Picture picture = PictureDecoder.decode(tiny.diffusion().pictures().resolve(i + ".png"));
            byte[] rgb = new byte[picture.rgb().length];
            for (int p = 0; p < rgb.length; p++) {
                rgb[p] = (byte) (learnt.test(p / 3 % picture.width()) ? 255 : 0);
            }
            Picture mask = new Picture(picture.width(), picture.height(), rgb);
            PngFile.write(tiny.diffusion().pictures().resolve(i + "-mask.png"), mask);
        }
    }

    @Test
    void aLargeModelTrainsWithItsTextEncoders() {
        TinyRun tiny = TinyRun.large(folder);
        RunFolder run = tiny.train("run", "text_encoder={adapter: {rank: 2}}", "training.max_steps=2");
        assertThat(run.adapter().resolve(WEIGHTS)).exists();
        assertThat(losses(run)).allMatch(Double::isFinite);
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "nf4"})
    void aLargeModelsUNetCanBeHeldQuantised(String form) {
        TinyRun tiny = TinyRun.large(folder);
        double plain = losses(tiny.train("plain", "training.max_steps=1")).get(0);
        double held = losses(tiny.train("held", "training.max_steps=1", "training.quantize=" + form))
                .get(0);
        assertThat(held).isNotEqualTo(plain).isCloseTo(plain, within(0.1 * plain));
    }

    @Test
    void theAverageIsNeitherTheStartNorTheEnd() throws IOException {
        TinyRun tiny = TinyRun.first(folder);
        RunFolder run = tiny.train("run", "ema.decay=0.9");
        byte[] last = Files.readAllBytes(run.adapter().resolve(WEIGHTS));
        assertThat(Files.readAllBytes(run.averagedAdapter().resolve(WEIGHTS)))
                .hasSameSizeAs(last)
                .isNotEqualTo(last);
    }

    @Test
    void missingPicturesOfTheClassAreMadeAndThoseThereAreKept() throws IOException {
        TinyRun tiny = TinyRun.first(folder);
        Path classes = Files.createDirectories(folder.resolve("class"));
        Files.copy(tiny.diffusion().pictures().resolve("0.png"), classes.resolve("own.png"));
        byte[] own = Files.readAllBytes(classes.resolve("own.png"));
        tiny.train("run", "class={images: class, prompt: a photo of circle, count: 3}", "training.max_steps=1");
        try (Stream<Path> files = Files.list(classes)) {
            assertThat(files).hasSize(3);
        }
        assertThat(classes.resolve("own.png")).hasBinaryContent(own);
    }

    @Test
    void aFolderOfTheClassIsFilledByOneRunAtATime() {
        TinyRun tiny = TinyRun.first(folder);
        Path classes = folder.resolve("class");
        String prior = "class={images: class, prompt: a photo of circle, count: 3}";
        OutputLock.inside("class.images", classes)
                .during(() -> assertThatThrownBy(() -> tiny.train("run", prior, "training.max_steps=1"))
                        .isInstanceOf(InvalidInput.class)
                        .hasMessageContainingAll("class.images", "in use"));
        tiny.train("run", prior, "training.max_steps=1");
    }

    @Test
    void samplesAreAGridAtEveryValidation() {
        TinyRun tiny = TinyRun.first(folder);
        RunFolder run = tiny.train(
                "run", "validation={prompts: [a red circle, sks], every: 2, samples: 3}", "training.max_steps=3");
        assertThat(run.samples().resolve("step-000002.png")).exists();
        assertThat(run.samples().resolve("step-000003.png")).exists();
    }

    @Test
    void samplesThatARunWasKilledBeforeAreMadeWhenItGoesOn() throws IOException {
        TinyRun tiny = TinyRun.first(folder);
        RunFolder whole = tiny.train("whole", "validation={prompts: [sks], every: 2, samples: 1}");
        for (int at : new int[] {6, 4}) {
            RunFolder cut = tiny.cutAfter(whole, "cut" + at, at);
            for (int step = 2; step <= 6; step += 2) {
                if (step != 2 || at == 6) {
                    Files.delete(sample(cut, step));
                }
            }
            tiny.resume("cut" + at);
            for (int step = 2; step <= 6; step += 2) {
                assertThat(sample(cut, step)).hasSameBinaryContentAs(sample(whole, step));
            }
            assertThat(cut.adapter().resolve(WEIGHTS))
                    .hasSameBinaryContentAs(whole.adapter().resolve(WEIGHTS));
        }
    }

    @Test
    void theCardOfARunThatWasKilledBehindItsLastSamplesShowsThem() {
        TinyRun tiny = TinyRun.first(folder);
        RunFolder whole = tiny.train("whole", "validation={prompts: [sks], every: 2, samples: 1}");
        RunFolder cut = tiny.cutAfter(whole, "cut", 6);
        tiny.resume("cut");
        for (String file : List.of("README.md", "images/0.png")) {
            assertThat(cut.adapter().resolve(file))
                    .hasSameBinaryContentAs(whole.adapter().resolve(file));
        }
    }

    private static Path sample(RunFolder run, int step) {
        return run.samples().resolve(String.format("step-%06d.png", step));
    }

    @Test
    void samplesDoNotChangeWhatIsLearnt() {
        TinyRun tiny = TinyRun.first(folder);
        RunFolder plain = tiny.train("plain");
        RunFolder shown = tiny.train("shown", "validation={prompts: [sks], every: 2, samples: 1}");
        assertThat(shown.adapter().resolve(WEIGHTS))
                .hasSameBinaryContentAs(plain.adapter().resolve(WEIGHTS));
    }

    @Test
    void samplesArePaintedWithoutDropout() {
        TinyRun tiny = TinyRun.first(folder);
        String text = "text_encoder={adapter: {kind: lora, rank: 2%s}, learning_rate: 0}";
        RunFolder start = tiny.train("start", text.formatted("").replace("0}", "1.0e-2}"));
        RunFolder plain = shown(tiny, "plain", text, 0);
        RunFolder dropping = shown(tiny, "dropping", text, 0.5);
        assertThat(losses(dropping)).isNotEqualTo(losses(plain));
        assertThat(dropping.samples().resolve("step-000001.png"))
                .hasSameBinaryContentAs(plain.samples().resolve("step-000001.png"));
        assertThat(start.adapter().resolve("text_encoder/adapter_config.json")).exists();
    }

    /** A step from the run "start" in which nothing changes. */
    private static RunFolder shown(TinyRun tiny, String name, String text, double dropout) {
        String given = ", dropout: " + dropout + ", init_from: " + tiny.folder().resolve("start");
        return tiny.train(
                name,
                "validation={prompts: [sks], samples: 1}",
                "training.max_steps=1",
                "training.learning_rate=0",
                "adapter.init_from=" + tiny.folder().resolve("start"),
                "adapter.dropout=" + dropout,
                text.formatted(given));
    }

    @Test
    void aStepThatIsNotFiniteEndsTheRun() {
        TinyRun tiny = TinyRun.first(folder);
        assertThatThrownBy(() -> tiny.train("run", "training.learning_rate=1.0e+30", "training.max_grad_norm=0"))
                .isInstanceOf(NotFinite.class)
                .hasMessageContaining("nothing was updated")
                .hasMessageContaining(".png");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resolution=17 | resolution | 17",
                "adapter.targets=[to_z] | adapter.targets | to_z",
                "instance.images=nowhere | instance.images | nowhere",
                "data.order=modality-length | order | shuffled",
                "class={images: class, prompt: ''} | class.prompt | class",
                "validation.patience=2 | validation.patience | fraction",
                "validation.fraction=0.9 | instance.images | validation.fraction",
                "ema.decay=1 | ema.decay | 1",
                "buckets={step: 7} | buckets.step | 7",
                "captions.dropout=2 | captions.dropout | 2"
            })
    void whatIsWrongIsNamedBeforeAnythingIsWritten(String given) {
        String[] parts = given.split(" \\| ");
        TinyRun tiny = TinyRun.first(folder);
        assertThatThrownBy(() -> tiny.train("run", parts[0]))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(parts[1])
                .hasMessageContaining(parts[2]);
        assertThat(tiny.run("run").path()).doesNotExist();
    }

    @Test
    void aFolderOfJunkIsNoSubjectAndJunkBesidePicturesIsPassedOver() throws IOException {
        TinyRun tiny = TinyRun.first(folder);
        Path junk = Files.createDirectories(folder.resolve("junk"));
        Files.write(junk.resolve(".DS_Store"), new byte[] {0, 1});
        Files.write(junk.resolve("cut.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, 0, 0});
        assertThatThrownBy(() -> tiny.train("run", "instance.images=junk"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("cut.jpg");
        Files.copy(tiny.diffusion().pictures().resolve("0.png"), junk.resolve("good.png"));
        tiny.train("run", "instance.images=junk", "training.max_steps=1");
        assertThat(tiny.run("run").adapter()).exists();
    }

    @Test
    void aDeepCheckSaysWhichPicturesAreNoGood() throws IOException {
        TinyRun tiny = TinyRun.first(folder);
        Path pictures = tiny.diffusion().pictures();
        Files.copy(pictures.resolve("2.png"), pictures.resolve("copy.png"));
        PngFile.write(pictures.resolve("night.png"), new Picture(40, 30, new byte[3 * 40 * 30]));
        Path report = folder.resolve("report.json");
        RunRequest request = new RunRequest(tiny.recipe(), List.of(), folder, null, 1, true);
        new DreamBooth().check(request, false, report);
        assertThat(report).content().doesNotContain("warning");
        new DreamBooth().check(request, true, report);
        assertThat(JsonParser.parseString(Files.readString(report)).getAsJsonArray())
                .extracting(finding -> finding.getAsJsonObject().get("severity").getAsString() + " "
                        + finding.getAsJsonObject().get("what").getAsString())
                .anyMatch(line -> line.startsWith("warning " + pictures + ": picture copy.png looks the same as 2.png"))
                .anyMatch(line -> line.startsWith("warning " + pictures + ": picture night.png is under-exposed"));
    }

    private static List<Double> losses(RunFolder run) {
        return Metrics.rows(run.metrics()).stream()
                .map(row -> row.get("loss").getAsDouble())
                .toList();
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
