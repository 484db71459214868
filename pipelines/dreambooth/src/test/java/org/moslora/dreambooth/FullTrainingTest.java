package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.adapters.AdapterFile;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.Trees;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;

/** Kind full: the run leaves a whole Stable Diffusion. */
class FullTrainingTest {
    private static final String UNET = "unet/diffusion_pytorch_model.safetensors";
    private static final String TEXT = "text_encoder/model.safetensors";
    private static final String VAE = "vae/diffusion_pytorch_model.safetensors";
    private static final String FULL = "adapter={kind: full}";
    private static final String TEXT_TOO = "text_encoder={adapter: {kind: full}, learning_rate: 1.0e-3}";
    private static final String RATE = "training.learning_rate=1.0e-3";

    @TempDir
    private Path folder;

    static Stream<List<String>> recipes() {
        return Stream.of(
                List.of(FULL, RATE, "training.optimizer=muon"),
                List.of(FULL, RATE, TEXT_TOO, "training.precision=bf16", "training.gradient_checkpointing=true"),
                List.of(FULL, RATE, TEXT_TOO, "ema.decay=0.9", "class={images: class, prompt: a circle, count: 2}"));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aResumedRunLeavesTheSameModel(List<String> overrides) {
        TinyRun tiny = TinyRun.first(folder);
        RunFolder whole = tiny.train("whole", overrides.toArray(String[]::new));
        RunFolder cut = tiny.cutAfter(whole, "cut", 4);
        tiny.resume("cut");
        for (String file : List.of(UNET, TEXT, VAE)) {
            assertThat(cut.model().resolve(file))
                    .hasSameBinaryContentAs(whole.model().resolve(file));
        }
        assertThat(whole.adapter()).doesNotExist();
        assertThat(Files.exists(whole.path().resolve("model-ema"))).isEqualTo(overrides.contains("ema.decay=0.9"));
        assertThat(Metrics.rows(whole.metrics()))
                .allMatch(row -> Double.isFinite(row.get("loss").getAsDouble()));
    }

    @Test
    void theModelIsCompleteAndEveryWeightOfWhatWasTrainedHasMoved() throws IOException {
        TinyRun tiny = TinyRun.first(folder);
        Path base = tiny.diffusion().model();
        RunFolder run = tiny.train("run", FULL, RATE, TEXT_TOO);
        StableDiffusion.open(run.model()).close();
        assertThat(Trees.digests(run.model()).keySet())
                .isEqualTo(Trees.digests(base).keySet());
        assertThat(run.model().resolve(VAE)).hasSameBinaryContentAs(base.resolve(VAE));
        for (String file : List.of(UNET, TEXT)) {
            try (WeightSource before = SafetensorsFile.open(base.resolve(file));
                    WeightSource after = SafetensorsFile.open(run.model().resolve(file))) {
                assertThat(after.names()).isEqualTo(before.names());
                for (String name : before.names()) {
                    assertThat(after.info(name)).isEqualTo(before.info(name));
                    assertThat(HalfFloats.floats(after, name)).as(name).isNotEqualTo(HalfFloats.floats(before, name));
                }
            }
        }
    }

    @Test
    void textEncodersThatAreNotTrainedStayAsTheyAre() {
        TinyRun tiny = TinyRun.large(folder);
        RunFolder run = tiny.train("run", FULL, RATE, "training.max_steps=1");
        Path base = tiny.diffusion().model();
        assertThat(run.model().resolve(TEXT)).hasSameBinaryContentAs(base.resolve(TEXT));
        assertThat(run.model().resolve("text_encoder_2/model.safetensors"))
                .hasSameBinaryContentAs(base.resolve("text_encoder_2/model.safetensors"));
        StableDiffusion.open(run.model()).close();
    }

    @Test
    void theAverageIsAModelOfItsOwn() throws IOException {
        TinyRun tiny = TinyRun.first(folder);
        RunFolder run = tiny.train("run", FULL, RATE, "ema.decay=0.9");
        Path average = run.path().resolve("model-ema");
        StableDiffusion.open(average).close();
        assertThat(Files.readAllBytes(average.resolve(UNET)))
                .isNotEqualTo(Files.readAllBytes(run.model().resolve(UNET)));
    }

    @Test
    void theRunIsNoAdapter() {
        TinyRun tiny = TinyRun.first(folder);
        RunFolder run = tiny.train("run", FULL, RATE, "training.max_steps=1");
        assertThatThrownBy(() -> AdapterFile.open(run.path()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(run.model() + " as the model");
    }

    @Test
    void whatDoesNotGoTogetherIsNamedBeforeAnythingIsWritten() {
        TinyRun tiny = TinyRun.first(folder);
        Map<List<String>, String> wrong = Map.of(
                List.of(FULL, "training.quantize=nf4"),
                "training.quantize",
                List.of(FULL, "text_encoder={adapter: {rank: 2}}"),
                "text_encoder.adapter.kind",
                List.of(TEXT_TOO),
                "text_encoder.adapter.kind",
                List.of("training.optimizer=muon"),
                "training.optimizer",
                List.of("adapter={kind: full, rank: 4}"),
                "adapter.rank");
        wrong.forEach((overrides, key) -> {
            assertThatThrownBy(() -> tiny.train("run", overrides.toArray(String[]::new)))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(key);
            assertThat(tiny.run("run").path()).doesNotExist();
        });
    }
}
