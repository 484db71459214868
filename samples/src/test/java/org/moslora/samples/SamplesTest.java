package org.moslora.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
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
        FineTune.main(
                RECIPE.toString(),
                "model=" + tiny.model(),
                "output=" + run,
                "data.conversations=" + tiny.train(),
                "data.images=" + tiny.images(),
                "training.max_steps=2");
        assertThat(run.resolve("adapter/adapter_config.json")).exists();
    }

    @Test
    @Order(3)
    void mergedModelAnswersAsTheAdapterDoes() {
        TinyLlava tiny = new TinyLlava(folder);
        Path merged = folder.resolve("merged");
        String run = folder.resolve("run").toString();
        MergeAdapter.main(tiny.model().toString(), run, merged.toString());
        assertThat(Files.exists(merged.resolve("model.safetensors"))).isTrue();
        Path picture = tiny.images().resolve("test-0001.png");
        String question = "Which colour does it have?";
        String adapted = ChatWithPicture.answer(
                tiny.model(), List.of(org.moslora.adapters.ScaledAdapter.parse(run)), picture, question);
        assertThat(ChatWithPicture.answer(merged, List.of(), picture, question))
                .isNotBlank()
                .isEqualTo(adapted);
    }
}
