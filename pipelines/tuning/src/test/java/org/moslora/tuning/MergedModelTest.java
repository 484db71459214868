package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.llama.BackboneFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.Trees;
import org.moslora.training.RunFolder;

/** A base with adapters added: where they sit it is W + scale·B·A, everywhere else the bytes that were there. */
class MergedModelTest {
    private static final String NAME = "model.layers.1.self_attn.q_proj";
    private static final int WIDTH = 64;

    @TempDir
    static Path folder;

    private static TuningBench bench;
    private static RunFolder run;

    @BeforeAll
    static void train() {
        bench = TuningBench.text(folder);
        run = bench.train("run", "adapter={kind: lora, rank: 2, alpha: 6, targets: [q_proj]}");
    }

    private static Path merged(String name, @Nullable DType type, double... scales) {
        Path out = folder.resolve(name);
        try (BackboneFolder opened = ModelFolders.open(bench.model())) {
            List<ScaledAdapter> adapters = Arrays.stream(scales)
                    .mapToObj(scale -> new ScaledAdapter(run.path(), scale))
                    .toList();
            Merging.merge(opened, adapters, out, type, false, line -> {});
        }
        return out;
    }

    private static float[] numbers(Path file, String name) {
        try (WeightSource source = SafetensorsFile.open(file)) {
            ByteBuffer bytes = source.bytes(name).get(0).order(ByteOrder.LITTLE_ENDIAN);
            float[] numbers = new float[bytes.remaining() / 4];
            bytes.asFloatBuffer().get(numbers);
            return numbers;
        }
    }

    private static float[] weight(Path model) {
        return numbers(model.resolve("model.safetensors"), NAME + ".weight");
    }

    private static float[] factor(String name) {
        return numbers(
                run.adapter().resolve("adapter_model.safetensors"),
                "base_model.model." + NAME + "." + name + ".weight");
    }

    @Test
    void whereAnAdapterSitsTheProductOfItsFactorsIsAdded() {
        float[] before = weight(bench.model());
        float[] after = weight(merged("once", null, 0.5));
        float[] a = factor("lora_A");
        float[] b = factor("lora_B");
        double most = 0;
        for (int row = 0; row < WIDTH; row++) {
            for (int column = 0; column < WIDTH; column++) {
                double change = 0.5 * 3 * (b[2 * row] * a[column] + b[2 * row + 1] * a[WIDTH + column]);
                int at = WIDTH * row + column;
                assertThat((double) after[at]).isCloseTo(before[at] + change, within(1e-6));
                most = Math.max(most, Math.abs(change));
            }
        }
        assertThat(most).isGreaterThan(1e-4);
    }

    @Test
    void everythingElseIsAsItWas() {
        Path out = merged("rest", null, 1);
        try (WeightSource before = SafetensorsFile.open(bench.model().resolve("model.safetensors"));
                WeightSource after = SafetensorsFile.open(out.resolve("model.safetensors"))) {
            assertThat(after.names()).isEqualTo(before.names());
            assertThat(before.names())
                    .filteredOn(name -> !after.bytes(name).equals(before.bytes(name)))
                    .containsExactlyInAnyOrder(
                            "model.layers.0.self_attn.q_proj.weight", "model.layers.1.self_attn.q_proj.weight");
        }
        assertThat(out.resolve("tokenizer.json"))
                .hasSameBinaryContentAs(bench.model().resolve("tokenizer.json"));
        assertThat(out.resolve("config.json"))
                .hasSameBinaryContentAs(bench.model().resolve("config.json"));
    }

    @Test
    void twoHalvesAreOneWholeAndNoneIsNothing() {
        assertThat(weight(merged("halves", null, 0.5, 0.5)))
                .containsExactly(weight(merged("whole", null, 1)), within(1e-6f));
        assertThat(weight(merged("none", null, 0))).containsExactly(weight(bench.model()));
        assertThat(weight(merged("gone", null, 1, -1))).containsExactly(weight(bench.model()), within(1e-6f));
    }

    @Test
    void theSameMergeIsTheSameBytes() {
        assertThat(Trees.digests(merged("again", null, 1))).isEqualTo(Trees.digests(merged("anew", null, 1)));
    }

    @Test
    void anotherFormatIsThatOfAllFloatingWeightsAndOfTheConfig() {
        Path out = merged("narrow", DType.BF16, 1);
        try (WeightSource after = SafetensorsFile.open(out.resolve("model.safetensors"))) {
            assertThat(after.names())
                    .allSatisfy(name -> assertThat(after.info(name).dtype()).isEqualTo(DType.BF16));
        }
        assertThat(out.resolve("config.json")).content().contains("\"torch_dtype\": \"bfloat16\"");
    }

    /** Its table is the head too, which an adapter on the table alone does not change. */
    @Test
    void anAdapterThatCannotBeAddedLeavesNoFolder() {
        Path out = folder.resolve("unfit");
        TinyOptions tied = new TinyOptions(4, 64, 2, 4, 2, true, 64, 3, 4, 28, 14, ChatTemplate.VICUNA_V1, 1, 1);
        Path model = TinyLlama.write(folder.resolve("tied"), tied).model();
        RunFolder embedding = bench.train(
                "embedding",
                "model=" + model,
                "adapter={kind: lora, rank: 2, targets: [embed_tokens]}",
                "training.max_steps=1");
        List<ScaledAdapter> adapters = List.of(new ScaledAdapter(embedding.path(), 1));
        try (BackboneFolder opened = ModelFolders.open(model)) {
            assertThatThrownBy(() -> Merging.merge(opened, adapters, out, null, false, line -> {}))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("embed_tokens");
        }
        assertThat(out).doesNotExist();
    }
}
