package org.moslora.onnx.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Engine;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** Layers of towers of every family go to the graph that has them. */
class GraphComponentsTest {
    @TempDir
    Path folder;

    @Test
    void towersAndMergersAreInTheVisionEncoder() throws Exception {
        Engine.start(1);
        List<TensorData> tensors = new ArrayList<>();
        for (String path : List.of(
                "model.visual.blocks.0.attn.qkv",
                "model.visual.deepstack_merger_list.0.linear_fc1",
                "model.vision_tower.encoder.layers.0.mlp.fc1",
                "model.language_model.layers.0.mlp.up_proj")) {
            String key = "base_model.model." + path;
            tensors.add(TensorData.of(key + ".lora_A.weight", List.of(1L, 4L), new float[] {1, 2, 3, 4}));
            tensors.add(TensorData.of(key + ".lora_B.weight", List.of(2L, 1L), new float[] {5, 6}));
        }
        SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), tensors, Map.of("format", "pt"));
        Files.writeString(
                folder.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 1, \"target_modules\": [\"qkv\"]}");

        try (LoadedAdapters adapters = LoadedAdapters.open(List.of(new ScaledAdapter(folder, 1)))) {
            Map<String, List<GraphFactor>> components = GraphAdapters.materialize(adapters, Map.of());

            assertThat(components).containsOnlyKeys("vision_encoder", "decoder_model_merged");
            assertThat(components.get("vision_encoder")).hasSize(6);
        }
    }
}
