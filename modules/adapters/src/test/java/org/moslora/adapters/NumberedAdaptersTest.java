package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;

/** cloneofsimo's files, whose layers have numbers in place of names. */
class NumberedAdaptersTest {
    private static final String ATTENTION = ".attentions.0.transformer_blocks.0.";

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static SingleFileAdapter file(String component, String parents, List<int[]> layers) {
        SingleFileAdapter made = new SingleFileAdapter(3);
        made.metadata.put(component, parents);
        for (int i = 0; i < layers.size(); i++) {
            int[] sizes = layers.get(i);
            made.metadata.put(component + ":" + i + ":rank", "2");
            made.put(component + ":" + i + ":up", sizes[1], 2).put(component + ":" + i + ":down", 2, sizes[0]);
        }
        return made;
    }

    /** The layers of a transformer block as they were made once, or as they are now. */
    private static List<int[]> block(int width, boolean gateFirst) {
        int[] own = {width, width};
        int[] gate = {width, 8 * width};
        int[] text = {5, width};
        List<int[]> block = new ArrayList<>(List.of(own, own, own, own, own, text, text, own));
        block.add(gateFirst ? 4 : 8, gate);
        return block;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aUnetIsWalkedDownUpAndThenTheMiddle(boolean gateFirst) {
        List<int[]> layers = new ArrayList<>();
        for (int width : new int[] {2, 2, 3, 3, 4, 4, 4, 4, 4, 3, 3, 3, 2, 2, 2, 6}) {
            layers.addAll(block(width, gateFirst));
        }
        Path path = file("unet", "[\"GEGLU\", \"CrossAttention\", \"Attention\"]", layers)
                .write(folder.resolve("a.safetensors"));
        try (AdapterFile file = AdapterFile.open(path)) {
            assertThat(file.format()).isEqualTo("cloneofsimo");
            assertThat(file.layers()).hasSize(144);
            sizes(file, "unet.mid_block" + ATTENTION + "attn1.to_q", 6, 6);
            sizes(file, "unet.mid_block" + ATTENTION + "attn2.to_v", 5, 6);
            sizes(file, "unet.mid_block" + ATTENTION + "ff.net.0.proj", 6, 48);
            sizes(file, "unet.down_blocks.1" + ATTENTION + "attn2.to_k", 5, 3);
            sizes(file, "unet.up_blocks.1" + ATTENTION + "attn2.to_out.0", 4, 4);
            sizes(file, "unet.up_blocks.3" + ATTENTION + "ff.net.0.proj", 2, 16);
            assertThat(file.layers()
                            .get("unet.mid_block" + ATTENTION + "attn1.to_q")
                            .scale())
                    .isEqualTo(1);
        }
    }

    private static void sizes(AdapterFile file, String path, long inputs, long outputs) {
        assertThat(file.layers()).containsKey(path);
        assertThat(file.layers().get(path).inputs()).isEqualTo(inputs);
        assertThat(file.layers().get(path).outputs()).isEqualTo(outputs);
    }

    @Test
    void anEncoderHasItsOwnOrder() {
        List<int[]> layers = List.of(
                new int[] {4, 1},
                new int[] {4, 2},
                new int[] {4, 3},
                new int[] {4, 4},
                new int[] {4, 5},
                new int[] {4, 6},
                new int[] {4, 7},
                new int[] {4, 8});
        Path path = file("text_encoder", "[\"CLIPAttention\"]", layers).write(folder.resolve("a.safetensors"));
        try (AdapterFile file = AdapterFile.open(path)) {
            String layer = "text_encoder.text_model.encoder.layers.1.self_attn.";
            sizes(file, layer + "k_proj", 4, 5);
            sizes(file, layer + "v_proj", 4, 6);
            sizes(file, layer + "q_proj", 4, 7);
            sizes(file, layer + "out_proj", 4, 8);
        }
    }

    @Test
    void anotherUnetsNumbersNeedTheModel() {
        List<int[]> layers = new ArrayList<>(block(2, true));
        layers.addAll(block(3, true));
        Path path = file("unet", "[\"CrossAttention\", \"GEGLU\"]", layers).write(folder.resolve("a.safetensors"));
        List<String> model = new ArrayList<>();
        for (String place : List.of("unet.mid_block", "unet.down_blocks.0")) {
            for (String leaf : List.of(
                    "attn1.to_q",
                    "attn1.to_k",
                    "attn1.to_v",
                    "attn1.to_out.0",
                    "attn2.to_q",
                    "attn2.to_k",
                    "attn2.to_v",
                    "attn2.to_out.0",
                    "ff.net.0.proj",
                    "ff.net.2")) {
                model.add(place + ATTENTION + leaf);
            }
        }
        try (AdapterFile file = AdapterFile.open(path);
                Arena arena = Arena.open(Compute.cpu())) {
            assertThatThrownBy(() -> Conversion.write(
                            AdapterFormat.KOHYA, file, folder.resolve("k"), arena, DType.F32, Map.of()))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("with model");
            AdapterFile read = file.of(model);
            sizes(read, "unet.down_blocks.0" + ATTENTION + "ff.net.0.proj", 2, 16);
            sizes(read, "unet.mid_block" + ATTENTION + "ff.net.0.proj", 3, 24);
            assertThatThrownBy(() -> file.of(model.subList(0, 10)))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("18 layers")
                    .hasMessageContaining("has 9");
        }
    }

    @Test
    void resnetsCountWhereTheFileSaysSo() {
        List<String> model = List.of(
                "unet.down_blocks.0.resnets.0.conv1",
                "unet.down_blocks.0.resnets.0.conv2",
                "unet.down_blocks.0.resnets.0.time_emb_proj",
                "unet.down_blocks.0.downsamplers.0.conv");
        SingleFileAdapter made = file("unet", "[\"ResnetBlock2D\"]", List.of());
        made.put("unet:0:up", 4, 2, 1, 1).put("unet:0:down", 2, 3, 3, 3);
        made.put("unet:1:up", 4, 2).put("unet:1:down", 2, 9);
        made.put("unet:2:up", 4, 2, 1, 1).put("unet:2:down", 2, 4, 3, 3);
        try (AdapterFile file = AdapterFile.open(made.write(folder.resolve("a.safetensors")))) {
            AdapterFile read = file.of(model);
            sizes(read, "unet.down_blocks.0.resnets.0.conv1", 27, 4);
            sizes(read, "unet.down_blocks.0.resnets.0.time_emb_proj", 9, 4);
            sizes(read, "unet.down_blocks.0.resnets.0.conv2", 36, 4);
        }
    }

    @Test
    void unknownParentsAndEmbeddingsAreNamed() {
        Path path = file("unet", "[\"Transformer2DModel\"]", block(2, true)).write(folder.resolve("a.safetensors"));
        assertThatThrownBy(() -> AdapterFile.open(path).close()).hasMessageContaining("Transformer2DModel");
        SingleFileAdapter with = file("text_encoder", "[\"CLIPAttention\"]", List.of(new int[] {4, 4}));
        with.put("<s1>", 4).metadata.put("<s1>", "<embed>");
        Path embedded = with.write(folder.resolve("b.safetensors"));
        assertThatThrownBy(() -> AdapterFile.open(embedded).close())
                .hasMessageContaining("<s1>")
                .hasMessageContaining("textual inversion");
    }
}
