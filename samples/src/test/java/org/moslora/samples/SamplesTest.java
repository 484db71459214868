package org.moslora.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.VisionLanguageModel;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;

/** The samples do what they say, on the tiny LLaVA that the first of them makes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SamplesTest {
    private static final Path RECIPE = Path.of(System.getProperty("moslora.root"), "samples", "recipes", "tiny.yaml");
    /** The best that one can do without looking: always the commonest colour and shape. */
    private static final double WITHOUT_LOOKING = 0.23;

    @TempDir
    static Path folder;

    private static double[] shares = {};

    @BeforeAll
    static void firstRun() {
        shares = FirstRun.run(RECIPE, folder, List.of("training.max_steps=450"));
    }

    @Test
    @Order(1)
    void firstRunLearnsToSee() {
        assertThat(shares[0]).as("before").isLessThan(WITHOUT_LOOKING);
        assertThat(shares[1]).as("after").isGreaterThan(2 * WITHOUT_LOOKING);
    }

    @Test
    @Order(2)
    void fineTuneTrains() {
        TinyLlava tiny = new TinyLlava(folder);
        Path run = folder.resolve("fine-tune");
        FineTune.main(text(tiny.model()), text(tiny.train()), text(tiny.images()), text(run), "2");
        assertThat(run.resolve("adapter/adapter_config.json")).exists();
    }

    @Test
    @Order(3)
    void mergedModelAnswersAsTheAdapterDoes() {
        TinyLlava tiny = new TinyLlava(folder);
        Path merged = folder.resolve("merged");
        Path run = folder.resolve("run");
        MergeAdapter.main(text(tiny.model()), text(run), text(merged));
        assertThat(Files.exists(merged.resolve("model.safetensors"))).isTrue();
        Path picture = tiny.images().resolve("test-0001.png");
        String question = "Which colour does it have?";
        String adapted = ChatWithPicture.answer(tiny.model(), run, picture, question);
        try (VisionLanguageModel model = VisionLanguageModel.open(merged)) {
            assertThat(model.ask(picture, question)).isNotBlank().isEqualTo(adapted);
        }
    }

    @Test
    @Order(4)
    void personaliseTeachesAndPaintBatchPaints() throws IOException {
        TinyDiffusion tiny = TinyDiffusion.first(folder.resolve("diffusion"), 4, 4);
        Path run = folder.resolve("personalised");
        Personalise.main(text(tiny.model()), text(tiny.pictures()), "a photo of sks circle", text(run), "2", "16");
        assertThat(run.resolve("adapter/adapter_config.json")).exists();
        Path prompts = Files.writeString(folder.resolve("prompts.txt"), "a photo of sks circle\nred circle\n");
        Path out = folder.resolve("painted");
        PaintBatch.main(text(tiny.model()), text(run), text(prompts), text(out));
        assertThat(out.resolve("00000-0.png")).exists();
        assertThat(Files.readAllLines(out.resolve("images.jsonl"))).hasSize(2);
    }

    @Test
    @Order(5)
    void convertAdapterWritesWhatPeftReads() {
        Path out = folder.resolve("peft");
        ConvertAdapter.main(text(folder.resolve("run")), "peft", text(out));
        assertThat(out.resolve("adapter_config.json")).content().contains("\"peft_type\"");
    }

    /** What a Java program needs for each is short. */
    @Test
    void samplesAreShort() throws IOException {
        Path sources = Path.of(System.getProperty("moslora.root"), "samples/src/main/java/org/moslora/samples");
        for (Class<?> sample : List.of(
                ChatWithPicture.class,
                FineTune.class,
                Personalise.class,
                PaintBatch.class,
                MergeAdapter.class,
                ConvertAdapter.class)) {
            assertThat(Files.readAllLines(sources.resolve(sample.getSimpleName() + ".java")))
                    .as(sample.getSimpleName())
                    .hasSizeLessThanOrEqualTo(25);
        }
    }

    private static String text(Path path) {
        return path.toString();
    }
}
