package org.moslora.onnx.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Engine;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** Adapters of other formats as pairs of graphs, and folders of such files: one for each component, and nothing else. */
final class AdapterFoldersTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private Path peft(String name, String config, TensorData... tensors) throws IOException {
        Path path = Files.createDirectories(folder.resolve(name));
        SafetensorsWriter.write(path.resolve("adapter_model.safetensors"), List.of(tensors), Map.of("format", "pt"));
        Files.writeString(path.resolve("adapter_config.json"), "{\"peft_type\": \"LORA\", " + config + "}");
        return path;
    }

    private static TensorData tensor(String name, List<Long> shape, float... values) {
        return TensorData.of("base_model.model." + name + ".weight", shape, values);
    }

    private static SortedMap<String, List<GraphFactor>> folded(Map<String, Site> sites, ScaledAdapter... adapters) {
        try (LoadedAdapters loaded = LoadedAdapters.open(List.of(adapters))) {
            return GraphAdapters.materialize(loaded, sites);
        }
    }

    /** y = x + s·(alpha / r)·B·A·x, and rows go through from the left: x·down·up. */
    @Test
    void factorsOfALinearAreTurnedAndScaled() throws IOException {
        Path one = peft(
                "one",
                "\"r\": 2, \"lora_alpha\": 6, \"target_modules\": [\"q_proj\"]",
                tensor("model.layers.0.self_attn.q_proj.lora_A", List.of(2L, 3L), 1, 2, 3, 4, 5, 6),
                tensor("model.layers.0.self_attn.q_proj.lora_B", List.of(1L, 2L), 10, -1));
        List<GraphFactor> factors =
                folded(Map.of(), new ScaledAdapter(one, 0.5)).get("model");
        assertThat(factors).hasSize(2);
        GraphFactor down = factors.get(0);
        GraphFactor up = factors.get(1);
        assertThat(down.name()).isEqualTo("model.layers.0.self_attn.q_proj.lora_A.weight");
        assertThat(down.dims()).containsExactly(3L, 2L);
        assertThat(up.name()).isEqualTo("model.layers.0.self_attn.q_proj.lora_B.weight");
        assertThat(up.dims()).containsExactly(2L, 1L);
        double[] product = {10 * 1 - 4, 10 * 2 - 5, 10 * 3 - 6};
        for (int i = 0; i < 3; i++) {
            double made = down.values()[2 * i] * up.values()[0] + down.values()[2 * i + 1] * up.values()[1];
            assertThat(made).isCloseTo(0.5 * 3 * product[i], within(1e-5));
        }
    }

    @Test
    void factorsOfAConvolutionKeepTheirAxes() throws IOException {
        float[] inner = new float[2 * 3 * 3 * 3];
        for (int i = 0; i < inner.length; i++) {
            inner[i] = i;
        }
        Path one = peft(
                "conv",
                "\"r\": 2, \"lora_alpha\": 2, \"target_modules\": [\"conv_in\"]",
                tensor("unet.conv_in.lora_A", List.of(2L, 3L, 3L, 3L), inner),
                tensor("unet.conv_in.lora_B", List.of(4L, 2L, 1L, 1L), 1, 2, 3, 4, 5, 6, 7, 8));
        Map<String, Site> sites = Map.of("unet.conv_in", new Site("unet.conv_in", 27, 4, false, List.of(3L, 3L)));
        List<GraphFactor> factors = folded(sites, new ScaledAdapter(one, 1)).get("unet");
        assertThat(factors)
                .extracting(GraphFactor::name)
                .containsExactly("conv_in.lora_A.weight", "conv_in.lora_B.weight");
        assertThat(factors.get(0).dims()).containsExactly(2L, 3L, 3L, 3L);
        assertThat(factors.get(1).dims()).containsExactly(4L, 2L, 1L, 1L);
        assertThat(factors.get(0).values()).containsExactly(inner);
        assertThat(factors.get(1).values()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void layersOfPictureModelsGoToTheirComponents() throws IOException {
        List<TensorData> tensors = new ArrayList<>();
        for (String path : List.of("unet.a", "text_encoder.a", "text_encoder_2.a", "transformer.a")) {
            tensors.add(tensor(path + ".lora_A", List.of(1L, 1L), 1));
            tensors.add(tensor(path + ".lora_B", List.of(1L, 1L), 1));
        }
        Path all = peft(
                "all", "\"r\": 1, \"lora_alpha\": 1, \"target_modules\": [\"a\"]", tensors.toArray(new TensorData[0]));
        SortedMap<String, List<GraphFactor>> parts = folded(Map.of(), new ScaledAdapter(all, 1));
        assertThat(parts).containsOnlyKeys("unet", "text_encoder", "text_encoder_2", "transformer");
        assertThat(parts.values())
                .allSatisfy(factors -> assertThat(factors)
                        .extracting(GraphFactor::name)
                        .containsExactly("a.lora_A.weight", "a.lora_B.weight"));
    }

    @Test
    void whatIsNoPairIsRefusedByLayerAndFile() throws IOException {
        Path dora = peft(
                "dora",
                "\"r\": 1, \"lora_alpha\": 1, \"use_dora\": true, \"target_modules\": [\"q_proj\"]",
                tensor("model.layers.0.self_attn.q_proj.lora_A", List.of(1L, 2L), 1, 2),
                tensor("model.layers.0.self_attn.q_proj.lora_B", List.of(2L, 1L), 1, 2),
                TensorData.of(
                        "base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector",
                        List.of(2L),
                        new float[] {1, 1}));
        assertThatThrownBy(() -> folded(Map.of(), new ScaledAdapter(dora, 1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(dora.toString(), "q_proj", "no low-rank pair", "merge it");
        Path one = peft(
                "misfit",
                "\"r\": 1, \"lora_alpha\": 1, \"target_modules\": [\"q_proj\"]",
                tensor("unet.q_proj.lora_A", List.of(1L, 2L), 1, 2),
                tensor("unet.q_proj.lora_B", List.of(2L, 1L), 1, 2));
        Map<String, Site> sites = Map.of("unet.q_proj", new Site("unet.q_proj", 3, 2, false));
        assertThatThrownBy(() -> folded(sites, new ScaledAdapter(one, 1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(one.toString(), "unet.q_proj");
    }

    @Test
    void aFolderHasAFileForEachComponentAndReadsBackAsItWas() throws IOException {
        GraphFactor down = new GraphFactor("a.lora_A.weight", List.of(1L, 2L), new float[] {1, 2});
        GraphFactor up = new GraphFactor("a.lora_B.weight", List.of(2L, 1L), new float[] {3, 4});
        SortedMap<String, List<GraphFactor>> parts =
                new TreeMap<>(Map.of("unet", List.of(down, up), "text_encoder", List.of(down)));
        GraphAdapters.write(folder, parts, DType.F32);
        Files.writeString(folder.resolve("README.md"), "somebody's");
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder("unet.onnx_adapter", "text_encoder.onnx_adapter", "README.md");
        assertThat(GraphAdapters.isOne(folder)).isTrue();
        SortedMap<String, List<GraphFactor>> read = GraphAdapters.read(folder);
        assertThat(read).containsOnlyKeys("unet", "text_encoder");
        assertThat(read.get("unet").get(1).values()).containsExactly(3, 4);
        assertThat(GraphAdapters.read(folder.resolve("unet.onnx_adapter"))).containsOnlyKeys("unet");
    }

    @Test
    void whatHoldsNoSuchFileIsNoneOfThem() throws IOException {
        assertThat(GraphAdapters.isOne(folder)).isFalse();
        assertThat(GraphAdapters.isOne(folder.resolve("absent"))).isFalse();
        assertThat(GraphAdapters.isOne(Files.writeString(folder.resolve("unet.safetensors"), "")))
                .isFalse();
        assertThat(GraphAdapters.isOne(Files.writeString(folder.resolve("unet.onnx_adapter"), "")))
                .isTrue();
        Path broken = folder.resolve("unet.onnx_adapter");
        assertThatThrownBy(() -> GraphAdapters.read(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(broken.toString());
    }
}
