package org.moslora.visual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaFolder;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.Digests;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.Trees;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;

/** Trainings of a tiny LLaVA's own weights. */
class FullTrainingTest {
    private static final String[] TEXT = {"adapter={kind: full}", "training.learning_rate=2e-3"};
    private static final String[] ALL = {
        "adapter={kind: full}", "vision={adapter: {kind: full}, learning_rate: 1e-3}", "projector.learning_rate=1e-3"
    };

    @TempDir
    static Path folder;

    private static TinyRun tiny;
    private static RunFolder all;

    @BeforeAll
    static void train() {
        tiny = TinyRun.in(folder);
        all = tiny.train("all", ALL);
    }

    private static List<Double> curve(RunFolder run) {
        return Metrics.rows(run.metrics()).stream()
                .map(row -> row.get("loss").getAsDouble())
                .toList();
    }

    /** The tensors whose values differ between the base and a run's model. */
    private static Set<String> changed(RunFolder run) {
        try (MultimodalFolder<LlavaConfig> before =
                        LlavaFolder.open(tiny.llava().model());
                MultimodalFolder<LlavaConfig> after = LlavaFolder.open(run.model())) {
            WeightSource old = before.weights();
            assertThat(after.weights().names()).isEqualTo(old.names());
            Set<String> names = new TreeSet<>(old.names());
            names.removeIf(name -> {
                assertThat(after.weights().info(name).dtype())
                        .isEqualTo(old.info(name).dtype());
                return after.weights().bytes(name).equals(old.bytes(name));
            });
            return names;
        }
    }

    @Test
    void aRunLeavesAModelInTheBasesFormatAndNoAdapter() {
        assertThat(all.adapter()).doesNotExist();
        assertThat(all.model().resolve("tokenizer.json"))
                .hasSameBinaryContentAs(tiny.llava().model().resolve("tokenizer.json"));
        assertThat(all.model().resolve("config.json"))
                .hasSameBinaryContentAs(tiny.llava().model().resolve("config.json"));
        assertThat(all.model().resolve("moslora.json")).content().contains("vicuna_v1", "pad");
        assertThat(all.checkpoints().resolve("step-000009/model/model.safetensors"))
                .hasSameBinaryContentAs(all.model().resolve("model.safetensors"));
    }

    @Test
    void everyTensorThatTheModelReadsHasChangedAndNoOther() {
        Set<String> changed = changed(all);
        try (MultimodalFolder<LlavaConfig> base = LlavaFolder.open(tiny.llava().model())) {
            Set<String> still = new TreeSet<>(base.weights().names());
            still.removeAll(changed);
            // What follows the feature layer is never read.
            assertThat(still)
                    .isNotEmpty()
                    .allMatch(name -> name.startsWith("model.vision_tower.encoder.layers.2.")
                            || name.startsWith("model.vision_tower.post_layernorm."));
        }
    }

    @Test
    void aFrozenTowerStaysToTheByte() {
        assertThat(changed(tiny.train("text", TEXT)))
                .contains("lm_head.weight", "model.multi_modal_projector.linear_1.bias")
                .noneMatch(name -> name.startsWith("model.vision_tower."));
        assertThat(changed(tiny.train("text-alone", TEXT[0], TEXT[1], "projector.train=false")))
                .contains("model.language_model.norm.weight")
                .allMatch(name -> name.startsWith("model.language_model.") || name.equals("lm_head.weight"));
    }

    @Test
    void itLearns() {
        List<Double> curve = curve(tiny.train("taught", TEXT[0], "training.max_steps=30"));
        assertThat(curve.get(29)).isLessThan(0.3 * curve.get(0));
    }

    @ParameterizedTest
    @CsvSource({"fp32, 2", "fp32, 8", "bf16, 4"})
    void aResumedRunEndsInTheSameBytes(String precision, int step) {
        String name = precision + step;
        RunFolder whole = tiny.train(name + "-whole", ALL[0], ALL[1], ALL[2], "training.precision=" + precision);
        RunFolder cut = tiny.cutAfter(whole, name, step);
        tiny.resume(name);
        assertThat(curve(cut)).isEqualTo(curve(whole));
        assertThat(cut.model().resolve("model.safetensors"))
                .hasSameBinaryContentAs(whole.model().resolve("model.safetensors"));
    }

    @Test
    void muonLearnsAndGoesOn() {
        RunFolder whole = tiny.train(
                "muon-whole",
                ALL[0],
                ALL[1],
                ALL[2],
                "training.optimizer=muon",
                "training.matrix_learning_rate=2e-2",
                "training.learning_rate=2e-3");
        RunFolder cut = tiny.cutAfter(whole, "muon", 4);
        tiny.resume("muon");
        assertThat(curve(cut)).isEqualTo(curve(whole));
        assertThat(cut.model().resolve("model.safetensors"))
                .hasSameBinaryContentAs(whole.model().resolve("model.safetensors"));
        assertThat(curve(whole).get(8)).isLessThan(0.7 * curve(whole).get(0));
    }

    @Test
    void theResultIsABaseLikeAnyOther() {
        RunFolder next = tiny.train("next", "model=" + all.model(), "training.max_steps=1");
        double last = curve(all).get(8);
        assertThat(curve(next).get(0)).isLessThan(1.5 * last);
        assertThat(next.adapter()).isNotEmptyDirectory();
    }

    @Test
    void whatIsHeldBackKeepsTheBestModel() {
        RunFolder run = tiny.train("validated", TEXT[0], TEXT[1], "validation={fraction: 0.3, every: 2, samples: 2}");
        assertThat(run.model().resolve("model.safetensors")).isNotEmptyFile();
        assertThat(run.path().resolve("model-last/model.safetensors")).isNotEmptyFile();
        assertThat(run.samples()).isNotEmptyDirectory();
    }

    @Test
    void aBaseInHalfPrecisionStaysInIt() throws IOException {
        Path half = folder.resolve("half");
        Trees.copy(tiny.llava().model(), half);
        Files.delete(half.resolve("model.safetensors"));
        try (MultimodalFolder<LlavaConfig> base = LlavaFolder.open(tiny.llava().model())) {
            SafetensorsWriter.write(
                    half.resolve("model.safetensors"),
                    base.weights().names().stream()
                            .map(name -> TensorData.of(
                                    name,
                                    base.weights().info(name).shape(),
                                    HalfFloats.floats(base.weights(), name),
                                    DType.BF16))
                            .toList(),
                    Map.of());
        }
        RunFolder run = tiny.train("halved", TEXT[0], TEXT[1], "model=" + half, "training.max_steps=3");
        try (MultimodalFolder<LlavaConfig> after = LlavaFolder.open(run.model())) {
            assertThat(after.weights().names())
                    .allMatch(name -> after.weights().info(name).dtype() == DType.BF16);
        }
        assertThat(Digests.sha256(run.model().resolve("model.safetensors")))
                .isNotEqualTo(Digests.sha256(half.resolve("model.safetensors")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "adapter={kind: full} | vision={adapter: {kind: lora}} | vision.adapter.kind",
                "adapter={kind: lora} | vision={adapter: {kind: full}} | vision.adapter.kind",
                "adapter={kind: lora} | projector={adapter: {kind: full}} | projector.train: true",
                "adapter={kind: full} | projector={adapter: {kind: lora}} | projector.adapter",
                "adapter={kind: full} | training.quantize=nf4 | training.quantize",
                "adapter={kind: lora} | training.optimizer=muon | training.optimizer"
            })
    void whatDoesNotGoTogetherIsRefused(String one, String other, String word) {
        assertThatThrownBy(() -> tiny.train("refused", one, other))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(word);
        assertThat(folder.resolve("refused")).doesNotExist();
    }
}
