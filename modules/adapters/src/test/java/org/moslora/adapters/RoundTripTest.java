package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NotFinite;
import org.moslora.tensors.DType;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** Adapters out to every format and in again: the same change of every weight. */
class RoundTripTest {
    private static final String QUERY = "unet.down_blocks.1.attentions.0.transformer_blocks.1.attn1.to_q";
    private static final String KERNEL = "unet.down_blocks.1.resnets.0.conv1";
    private static final String FIRST = "text_encoder.text_model.encoder.layers.0.self_attn.q_proj";
    private static final String SECOND = "text_encoder_2.text_model.encoder.layers.0.mlp.fc1";

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    /** MoSLoRA on a matrix, a convolution and both text encoders, not all of one rank and alpha. */
    private Path moslora() {
        TinyFolder made = new TinyFolder().say("peft_type", "\"MOSLORA\"").say("rank_pattern", "{\"to_q\": 3}");
        made.layer(QUERY, 3, 12, 12).put(QUERY + ".lora_mixer.weight", 3, 3);
        made.put(KERNEL + ".lora_A.weight", 2, 4, 3, 3).put(KERNEL + ".lora_B.weight", 8, 2, 1, 1);
        made.put(KERNEL + ".lora_mixer.weight", 2, 2);
        for (String text : List.of(FIRST, SECOND)) {
            made.layer(text, 2, 6, 6).put(text + ".lora_mixer.weight", 2, 2);
        }
        return made.say("alpha_pattern", "{\"to_q\": 5}").write(folder.resolve("moslora"));
    }

    private Path converted(Path from, AdapterFormat format, String name) {
        return converted(from, format, name, DType.F32);
    }

    private Path converted(Path from, AdapterFormat format, String name, DType type) {
        Path out = folder.resolve(name + (format.isFile() ? ".safetensors" : ""));
        try (AdapterFile file = AdapterFile.open(from);
                Arena arena = Arena.open(Compute.cpu())) {
            Conversion.write(format, file, out, arena, type, Map.of());
            return out;
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    /** ΔW of every layer. */
    private static Map<String, float[]> changes(Path path) {
        Map<String, float[]> changes = new HashMap<>();
        try (AdapterFile file = AdapterFile.open(path);
                Arena arena = Arena.open(Compute.cpu())) {
            file.layers()
                    .forEach((name, layer) -> changes.put(
                            name,
                            layer.update()
                                    .change(arena, AdapterFile.factors(arena, Compute.cpu()), 1)
                                    .toFloatArray()));
        }
        return changes;
    }

    private static void same(Map<String, float[]> found, Map<String, float[]> expected, float within) {
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((path, values) -> assertThat(found.get(path))
                .as(path)
                .usingComparatorWithPrecision(within * largest(values))
                .containsExactly(values));
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    @ParameterizedTest
    @EnumSource(AdapterFormat.class)
    void moslora(AdapterFormat format) {
        Path start = moslora();
        Path outside = converted(start, format, "outside");
        same(changes(outside), changes(start), 1e-6f);
        same(changes(converted(outside, AdapterFormat.NATIVE, "again")), changes(start), 1e-6f);
    }

    @ParameterizedTest
    @EnumSource(AdapterFormat.class)
    void halfPrecision(AdapterFormat format) {
        Path start = moslora();
        same(changes(converted(start, format, "half", DType.F16)), changes(start), 5e-3f);
        same(changes(converted(start, format, "brain", DType.BF16)), changes(start), 4e-2f);
    }

    @ParameterizedTest
    @EnumSource(AdapterFormat.class)
    void whatHalfPrecisionDoesNotHoldIsRefusedByName(AdapterFormat format) {
        TinyFolder made = new TinyFolder().layer(QUERY, 2, 12, 12);
        String key = QUERY + ".lora_B.weight";
        float[] values = new float[24];
        values[7] = 65_520;
        made.tensors.put(key, TensorData.of(key, List.of(12L, 2L), values));
        Path large = made.write(folder.resolve("large"));
        assertThatThrownBy(() -> converted(large, format, "half", DType.F16))
                .isInstanceOf(NotFinite.class)
                .hasMessageContainingAll("to_q", "F16", "dtype fp32");
        assertThat(changes(converted(large, format, "whole"))).hasSize(1);
    }

    @Test
    void nativeKeepsMixersBitForBit() {
        Path start = moslora();
        same(changes(converted(start, AdapterFormat.NATIVE, "again")), changes(start), 0);
    }

    @Test
    void peftHasAFolderForEachTextEncoder() {
        Path peft = converted(moslora(), AdapterFormat.PEFT, "peft");
        for (String part : List.of("", "text_encoder", "text_encoder_2")) {
            assertThat(peft.resolve(part).resolve("adapter_config.json")).exists();
        }
        assertThat(changes(peft.resolve("text_encoder_2")).keySet()).containsExactly(SECOND);
        assertThat(keys(peft.resolve("text_encoder/adapter_model.safetensors")))
                .contains("base_model.model.encoder.layers.0.self_attn.q_proj.lora_A.weight");
        assertThat(keys(peft.resolve("text_encoder_2/adapter_model.safetensors")))
                .contains("base_model.model.text_model.encoder.layers.0.mlp.fc1.lora_B.weight");
    }

    @Test
    void diffusersFilesNeedNoAlpha() {
        Path file =
                converted(moslora(), AdapterFormat.DIFFUSERS, "diffusers").resolve("pytorch_lora_weights.safetensors");
        assertThat(keys(file)).allMatch(key -> key.contains("lora")).contains(QUERY + ".lora_B.weight");
        try (AdapterFile read = AdapterFile.open(file)) {
            read.layers().values().forEach(layer -> assertThat(layer.scale()).isEqualTo(1));
        }
    }

    @Test
    void kohyasMetadataIsWhatItsReadersLookFor() throws Exception {
        Path file = converted(moslora(), AdapterFormat.KOHYA, "sks cat");
        assertThat(keys(file))
                .contains("lora_unet_input_blocks_4_0_in_layers_2.lora_down.weight")
                .contains("lora_te2_text_model_encoder_layers_0_mlp_fc1.alpha");
        Map<String, String> metadata;
        try (WeightSource source = SafetensorsFile.open(file)) {
            metadata = source.metadata();
        }
        byte[] bytes = Files.readAllBytes(file);
        int header = java.nio.ByteBuffer.wrap(bytes)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getInt()
                + 8;
        byte[] hash = java.security.MessageDigest.getInstance("SHA-256")
                .digest(Arrays.copyOfRange(bytes, header, bytes.length));
        String hexadecimal = java.util.HexFormat.of().formatHex(hash);
        assertThat(metadata)
                .containsEntry("ss_network_module", "networks.lora")
                .containsEntry("ss_base_model_version", "sdxl_base_v1-0")
                .containsEntry("ss_network_dim", "2")
                .containsEntry("ss_network_alpha", "3")
                .containsEntry("modelspec.architecture", "stable-diffusion-xl-v1-base/lora")
                .containsEntry("modelspec.title", "sks cat")
                .containsEntry("sshs_model_hash", hexadecimal)
                .containsKey("sshs_legacy_hash");
    }

    private static List<String> keys(Path file) {
        try (WeightSource source = SafetensorsFile.open(file)) {
            return List.copyOf(source.names());
        }
    }

    /** LoHa, LoKr, LoCon with a core and DoRA in one file of LyCORIS. */
    private SingleFileAdapter lycoris(String kind) {
        String wide = "lora_unet_mid_block_resnets_0_conv1.";
        SingleFileAdapter made = new SingleFileAdapter(3);
        switch (kind) {
            case "loha" ->
                made.put(wide + "hada_w1_a", 8, 2)
                        .put(wide + "hada_w1_b", 2, 36)
                        .put(wide + "hada_w2_a", 8, 2)
                        .put(wide + "hada_w2_b", 2, 36);
            case "lokr" ->
                made.put(wide + "lokr_w1", 2, 2).put(wide + "lokr_w2_a", 4, 2).put(wide + "lokr_w2_b", 2, 18);
            case "whole" -> made.put(wide + "lokr_w1", 2, 2).put(wide + "lokr_w2", 4, 2, 3, 3);
            default ->
                made.put(wide + "lora_down.weight", 2, 4, 1, 1)
                        .put(wide + "lora_mid.weight", 2, 2, 3, 3)
                        .put(wide + "lora_up.weight", 8, 2, 1, 1);
        }
        return made.number(wide + "alpha", 3);
    }

    @Test
    void lycorisToNativeAndBack() {
        for (String kind : List.of("loha", "lokr", "whole", "locon")) {
            Path start = lycoris(kind).write(folder.resolve(kind + ".safetensors"));
            Path own = converted(start, AdapterFormat.NATIVE, kind);
            same(changes(own), changes(start), 1e-6f);
            same(changes(converted(own, AdapterFormat.LYCORIS, kind + "-again")), changes(start), 1e-6f);
        }
    }

    @Test
    void whatHasAPairGoesWhereOnlyPairsGo() {
        for (String kind : List.of("loha", "lokr", "locon")) {
            Path start = lycoris(kind).write(folder.resolve(kind + ".safetensors"));
            for (AdapterFormat format : List.of(AdapterFormat.KOHYA, AdapterFormat.DIFFUSERS)) {
                same(changes(converted(start, format, kind + format)), changes(start), 1e-6f);
            }
        }
    }

    private void refused(Path from, AdapterFormat format, String... words) {
        assertThatThrownBy(() -> converted(from, format, "refused"))
                .isInstanceOf(InvalidInput.class)
                .message()
                .contains(words);
        assertThat(folder.resolve("refused")).doesNotExist();
        assertThat(folder.resolve("refused.safetensors")).doesNotExist();
    }

    @Test
    void whatAFormatCannotHoldIsNamed() {
        String layer = "unet.mid_block.resnets.0.conv1";
        Path whole = lycoris("whole").write(folder.resolve("whole.safetensors"));
        for (AdapterFormat pairs : List.of(AdapterFormat.KOHYA, AdapterFormat.DIFFUSERS)) {
            same(changes(converted(whole, pairs, "whole" + pairs)), changes(whole), 1e-6f);
        }
        same(changes(converted(whole, AdapterFormat.PEFT, "whole-peft")), changes(whole), 1e-6f);
        Path dora = lycoris("locon")
                .put("lora_unet_mid_block_resnets_0_conv1.dora_scale", 8, 1, 1, 1)
                .write(folder.resolve("dora.safetensors"));
        refused(dora, AdapterFormat.KOHYA, layer, "DoRA", "lycoris");
        Path byInput = lycoris("locon")
                .put("lora_unet_mid_block_resnets_0_conv1.dora_scale", 1, 4, 1, 1)
                .write(folder.resolve("by-input.safetensors"));
        refused(byInput, AdapterFormat.NATIVE, layer, "by input");
        Path mixed = lycoris("loha")
                .put("lora_unet_conv_out.lora_down.weight", 1, 4, 3, 3)
                .put("lora_unet_conv_out.lora_up.weight", 4, 1, 1, 1)
                .write(folder.resolve("mixed.safetensors"));
        refused(mixed, AdapterFormat.NATIVE, "loha and lora");
        Path llava = TinyFolder.lora().beside("linear_1.weight", 6, 8).write(folder.resolve("llava"));
        refused(llava, AdapterFormat.KOHYA, TinyModel.QUERY, "no diffusion model", "projector");
    }

    @Test
    void doraKeepsItsMagnitude() {
        SingleFileAdapter made = lycoris("locon").put("lora_unet_mid_block_resnets_0_conv1.dora_scale", 8, 1, 1, 1);
        Path start = made.write(folder.resolve("dora.safetensors"));
        float[] expected =
                made.value("lora_unet_mid_block_resnets_0_conv1.dora_scale").floats();
        for (AdapterFormat format :
                List.of(AdapterFormat.NATIVE, AdapterFormat.PEFT, AdapterFormat.DIFFUSERS, AdapterFormat.LYCORIS)) {
            try (AdapterFile file = AdapterFile.open(converted(start, format, "dora" + format));
                    Arena arena = Arena.open(Compute.cpu())) {
                assertThat(file.kinds()).containsExactly("dora");
                var magnitude = file.layers()
                        .get("unet.mid_block.resnets.0.conv1")
                        .update()
                        .magnitude();
                assertThat(AdapterFile.factors(arena, Compute.cpu())
                                .wide(magnitude.factor())
                                .toFloatArray())
                        .containsExactly(expected);
            }
        }
    }

    @Test
    void severalAdaptersBecomeOne() throws IOException {
        Path one = moslora();
        Path other = new SingleFileAdapter(4)
                .put(QUERY + ".lora_A.weight", 1, 12)
                .put(QUERY + ".lora_B.weight", 12, 1)
                .write(folder.resolve("other.safetensors"));
        Path out = folder.resolve("combined");
        try (LoadedAdapters both =
                        LoadedAdapters.open(List.of(new ScaledAdapter(one, 0.7), new ScaledAdapter(other, -2)));
                Arena arena = Arena.open(Compute.cpu())) {
            CombinedAdapter.fill(out, both, arena, DType.F32);
        }
        Map<String, float[]> expected = changes(one);
        expected.values().forEach(values -> scale(values, 0.7f));
        float[] added = changes(other).get(QUERY);
        for (int i = 0; i < added.length; i++) {
            expected.get(QUERY)[i] += -2 * added[i];
        }
        same(changes(out), expected, 1e-6f);
        try (AdapterFile file = AdapterFile.open(out)) {
            assertThat(file.kinds()).containsExactly("lora");
            assertThat(file.layers().get(QUERY).rank()).isEqualTo(4);
        }
    }

    private static void scale(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }

    @Test
    void whatIsNoPairCannotBePartOfOne() {
        Path dora = lycoris("locon")
                .put("lora_unet_mid_block_resnets_0_conv1.dora_scale", 8, 1, 1, 1)
                .write(folder.resolve("dora.safetensors"));
        try (LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(dora, 1)));
                Arena arena = Arena.open(Compute.cpu())) {
            assertThatThrownBy(() -> CombinedAdapter.fill(folder.resolve("combined"), fixed, arena, DType.F32))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("dora")
                    .hasMessageContaining("unet.mid_block.resnets.0.conv1");
        }
    }

    @Test
    void descriptionsSayWhatMatters() {
        try (AdapterFile file = AdapterFile.open(moslora())) {
            assertThat(String.join("\n", Description.of(file)))
                    .contains("moslora, rank 2, alpha 3, 4 layers adapted")
                    .contains("scales 1.5 to 1.66", "ranks: 2 to 3")
                    .contains("text_encoder_2: 1 layers")
                    .contains("Stable Diffusion XL");
        }
    }
}
