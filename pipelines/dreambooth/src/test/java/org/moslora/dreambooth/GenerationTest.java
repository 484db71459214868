package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.generation.batch.BatchGeneration;
import org.moslora.generation.batch.BatchRequest;
import org.moslora.generation.batch.PromptSource;
import org.moslora.generation.image.PictureModel;
import org.moslora.generation.image.TorchPictures;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.pictures.AdapterUse;
import org.moslora.pictures.ImageRows;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.problems.InvalidInput;
import org.moslora.testing.Trees;

class GenerationTest {
    private static final Options QUICK =
            Options.NONE.with(Option.STEPS, 3L).with(Option.GUIDANCE, 4.0).with(Option.SEED, 7L);

    @TempDir
    private Path folder;

    private final List<String> told = new ArrayList<>();
    private TinyDiffusion tiny = new TinyDiffusion(Path.of(""));

    @BeforeEach
    void write() {
        Engine.start(1);
        tiny = TinyDiffusion.first(folder, 4, 1);
    }

    private Path generate(String out, PromptSource prompts, Options options, int batch, boolean grid) {
        Path to = folder.resolve(out);
        new BatchGeneration(
                        BatchRequest.of(prompts, options, to, batch, grid),
                        remarks ->
                                new TorchPictures(PictureModel.open(tiny.model(), null, null, remarks), Compute.cpu()),
                        told::add)
                .run();
        return to;
    }

    private Path generate(String out, Options options) {
        return generate(out, new PromptSource.Text("a red circle"), options, 1, false);
    }

    private static List<Path> pictures(Path out) {
        try (Stream<Path> files = Files.list(out)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d{5}-\\d+\\.png"))
                    .sorted()
                    .toList();
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    private static void assertAlike(List<Path> some, List<Path> others) {
        assertThat(some).hasSameSizeAs(others);
        for (int i = 0; i < some.size(); i++) {
            Picture one = PictureDecoder.decode(some.get(i));
            Picture other = PictureDecoder.decode(others.get(i));
            assertThat(one.width()).isEqualTo(other.width());
            for (int k = 0; k < one.rgb().length; k++) {
                assertThat(Math.abs((one.rgb()[k] & 0xff) - (other.rgb()[k] & 0xff)))
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pndm", "ddim", "euler", "euler-a", "dpmpp-2m", "dpmpp-2m-karras", "ddpm", "lcm"})
    void theSameSeedGivesTheSamePictureWhateverTheBatch(String scheduler) {
        Options options = QUICK.with(Option.SCHEDULER, scheduler).with(Option.IMAGES, 3L);
        PromptSource prompt = new PromptSource.Text("a red circle");
        List<Path> one = pictures(generate("one", prompt, options, 1, false));
        List<Path> again = pictures(generate("again", prompt, options, 1, false));
        List<Path> three = pictures(generate("three", prompt, options, 3, false));
        assertThat(one).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(again.get(i)).hasSameBinaryContentAs(one.get(i));
        }
        assertAlike(one, three);
        assertThat(one.get(1).getFileName()).hasToString("00001-8.png");
        assertThat(Files.exists(folder.resolve("one/grid.png"))).isFalse();
    }

    @Test
    void whatIsThereBySameSettingsIsLeftAlone() throws IOException {
        Path out = generate("out", QUICK.with(Option.IMAGES, 2L));
        FileTime before = Files.getLastModifiedTime(out.resolve("00000-7.png"));
        Files.delete(out.resolve("00001-8.png"));
        generate("out", QUICK.with(Option.IMAGES, 2L));
        assertThat(Files.getLastModifiedTime(out.resolve("00000-7.png"))).isEqualTo(before);
        assertThat(out.resolve("00001-8.png")).exists();
        assertThat(told).anyMatch(line -> line.startsWith("1 of 2"));
        generate("out", QUICK.with(Option.STEPS, 2L));
        assertThat(Files.getLastModifiedTime(out.resolve("00000-7.png"))).isNotEqualTo(before);
        assertThat(ImageRows.read(out).get("00000-7.png").request().options().get(Option.STEPS))
                .contains(2L);
    }

    @Test
    void aPictureSaysWhatMadeItAndIsMadeAgain() throws IOException {
        Options options = QUICK.with(Option.NEGATIVE, "blue: b, \"c\"").with(Option.SCHEDULER, "euler-a");
        Path first = generate("first", options).resolve("00000-7.png");
        Path again = generate("again", new PromptSource.FromPicture(first), Options.NONE, 1, false)
                .resolve("00000-7.png");
        assertThat(again).hasSameBinaryContentAs(first);
    }

    @Test
    void aPictureOfABatchIsMadeAgainToTheLastBit() {
        PromptSource prompt = new PromptSource.Text("a red circle");
        Path batch = generate("batch", prompt, QUICK.with(Option.IMAGES, 3L), 3, false);
        Path second = batch.resolve("00001-8.png");
        Path again = generate("again", new PromptSource.FromPicture(second), Options.NONE, 0, false)
                .resolve("00000-8.png");
        assertThat(again).hasSameBinaryContentAs(second);
        generate("batch", prompt, QUICK.with(Option.IMAGES, 3L), 1, false);
        assertThat(told).anyMatch(line -> line.startsWith("3 of 3"));
    }

    @Test
    void aPictureToStartFromShapesTheResult() throws IOException {
        String start = tiny.pictures().resolve("0.png").toString();
        Options options = QUICK.with(Option.IMAGE, start).with(Option.STEPS, 10L);
        Path near = generate("near", options.with(Option.STRENGTH, 0.1)).resolve("00000-7.png");
        Path far = generate("far", options.with(Option.STRENGTH, 1.0)).resolve("00000-7.png");
        assertThat(PictureDecoder.decode(near).width()).isEqualTo(2 * TinyDiffusion.SIDE);
        assertThat(Files.readAllBytes(near)).isNotEqualTo(Files.readAllBytes(far));
    }

    @Test
    void aFileOfPromptsHasItsOwnSettingsAndAGrid() throws IOException {
        Path file = folder.resolve("prompts.txt");
        Files.writeString(file, "# some\na red circle --d 40 --s 2\n\nsks --w 24 --h 8 --n blue\n");
        Path out = generate("out", new PromptSource.Lines(file), QUICK, 2, true);
        assertThat(pictures(out).stream().map(path -> path.getFileName().toString()))
                .containsExactly("00000-40.png", "00001-8.png");
        assertThat(PictureDecoder.decode(out.resolve("00001-8.png")).height()).isEqualTo(8);
        assertThat(out.resolve("grid.png")).exists();
    }

    @Test
    void anAdapterChangesThePictureByItsScale() throws IOException {
        TinyRun.first(folder).train("run", "training.max_steps=3", "training.learning_rate=0.5");
        Path plain = generate("plain", QUICK).resolve("00000-7.png");
        Path none = generate("none", adapted(0)).resolve("00000-7.png");
        Path whole = generate("whole", adapted(1)).resolve("00000-7.png");
        assertThat(PictureDecoder.decode(none).rgb())
                .isEqualTo(PictureDecoder.decode(plain).rgb());
        assertThat(PictureDecoder.decode(whole).rgb())
                .isNotEqualTo(PictureDecoder.decode(plain).rgb());
    }

    /** One file of prompts, one model: each line has its own adapters, or none. */
    @Test
    void adaptersAreSwitchedFromPromptToPrompt() throws IOException {
        TinyRun.first(folder).train("run", "training.max_steps=3", "training.learning_rate=0.5");
        String run = folder.resolve("run").toString();
        Path file = folder.resolve("prompts.jsonl");
        Files.writeString(
                file,
                "{\"prompt\": \"a red circle\", \"seed\": 7}\n"
                        + "{\"prompt\": \"a red circle\", \"seed\": 7, \"adapters\": [\"" + run + ":1\"]}\n"
                        + "{\"prompt\": \"a red circle\", \"seed\": 7, \"adapters\": [\"" + run + ":0.5\"]}\n"
                        + "{\"prompt\": \"a red circle\", \"seed\": 7, \"adapters\": []}\n");
        List<Path> switched = pictures(generate("switched", new PromptSource.Lines(file), QUICK, 1, false));
        double[] scales = {0, 1, 0.5, 0};
        for (int i = 0; i < scales.length; i++) {
            Path alone = pictures(generate("alone-" + i, adapted(scales[i]))).get(0);
            assertThat(PictureDecoder.decode(switched.get(i)).rgb())
                    .as("picture %d", i)
                    .isEqualTo(PictureDecoder.decode(alone).rgb());
        }
    }

    private Options adapted(double scale) {
        String run = folder.resolve("run").toString();
        return QUICK.with(Option.ADAPTERS, List.of(new AdapterUse(run, scale)));
    }

    @Test
    void wordsThatDoNotCountAreTold() {
        generate("out", QUICK.with(Option.GUIDANCE, 1.0).with(Option.NEGATIVE, "blue"));
        assertThat(told).anyMatch(line -> line.contains("negative prompt has no effect"));
        generate("long", new PromptSource.Text("red ".repeat(30)), QUICK, 1, false);
        assertThat(told).anyMatch(line -> line.contains("reads 12") && line.contains("cut off"));
    }

    @Test
    void whatTheModelCannotDoIsNamed() {
        assertThatThrownBy(() -> generate(
                        "out",
                        QUICK.with(Option.SCHEDULER, "eulr")
                                .with(Option.STRENGTH, 0.5)
                                .with(Option.CLIP_SKIP, 2L)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("eulr")
                .hasMessageContaining("euler")
                .hasMessageContaining("strength")
                .hasMessageContaining("2 layers");
        assertThatThrownBy(() -> generate("out", QUICK.with(Option.STEPS, 1001L)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("1001");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aModelWithoutAComponentIsNamed() {
        Trees.delete(tiny.model().resolve("vae"));
        assertThatThrownBy(() -> generate("out", QUICK))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("vae");
    }

    @Test
    void aLargeModelPaintsWithAndWithoutNegativeWords() {
        tiny = TinyDiffusion.large(folder.resolve("xl"), 5, 1);
        Path plain = generate("plain", QUICK).resolve("00000-7.png");
        Path negative = generate("negative", QUICK.with(Option.NEGATIVE, "")).resolve("00000-7.png");
        assertThat(PictureDecoder.decode(negative).rgb())
                .isNotEqualTo(PictureDecoder.decode(plain).rgb());
    }
}
