package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** What files that people have hold beside the rule: values that are no numbers, pickles, other models' adapters. */
class RealFilesTest {
    private static final String LAYER = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static void refused(Path path, String... words) {
        assertThatThrownBy(() -> AdapterFile.open(path).close())
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        invalid -> assertThat(invalid.getMessage()).contains(words));
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F64", "F32", "F16", "BF16"})
    void valuesThatAreNoNumbersAreNamed(DType type) {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            Path file = folder.resolve("a.safetensors");
            SafetensorsWriter.write(
                    file,
                    List.of(
                            TensorData.of(LAYER + ".lora_A.weight", List.of(1L, 3L), new float[] {1, 2, 3}, type),
                            TensorData.of(
                                    LAYER + ".lora_B.weight",
                                    List.of(3L, 1L),
                                    new float[] {0, NoNumbers.STAND_IN, 1},
                                    type)),
                    Map.of());
            NoNumbers.put(file, type, value);
            refused(file, file.toString(), LAYER + ".lora_B.weight", "at [1, 0]");
        }
    }

    @Test
    void theProjectorsValuesAreLookedAtToo() {
        TinyFolder made = TinyFolder.lora().beside("linear_1.weight", 6, 8);
        made.projector.put(
                "linear_1.bias", TensorData.of("linear_1.bias", List.of(2L), new float[] {0, NoNumbers.STAND_IN}));
        Path adapter = made.write(folder.resolve("a"));
        NoNumbers.put(adapter.resolve("projector.safetensors"), DType.F32, Float.NaN);
        refused(adapter, "projector.safetensors", "linear_1.bias");
    }

    @Test
    void pickledAdaptersAreNamedWithTheWayOut() throws IOException {
        Path peft = TinyFolder.lora().write(folder.resolve("peft"));
        Files.delete(peft.resolve("adapter_model.safetensors"));
        pickle(peft.resolve("adapter_model.bin"));
        refused(peft, "adapter_model.bin", "pickle", "save_file", "adapter_model.safetensors");
        Path diffusers = Files.createDirectories(folder.resolve("diffusers"));
        pickle(diffusers.resolve("pytorch_lora_weights.bin"));
        assertThat(AdapterFile.isOne(diffusers)).isTrue();
        refused(diffusers, "pytorch_lora_weights.bin", "pickle", "pytorch_lora_weights.safetensors");
        Path bare = folder.resolve("old.pt");
        Files.write(bare, new byte[] {(byte) 0x80, 2, '}', 'q', 0, '.'});
        refused(bare, "old.pt", "pickle");
    }

    private static void pickle(Path file) throws IOException {
        try (ZipOutputStream archive = new ZipOutputStream(Files.newOutputStream(file))) {
            archive.putNextEntry(new ZipEntry("archive/data.pkl"));
        }
    }

    @Test
    void adaptersOfOtherModelsSayWhatTheyAre() {
        String gpt2 = "base_model.model.transformer.h.0.attn.c_attn";
        Path transposed = new TinyFolder()
                .layer(gpt2, 2, 18, 6)
                .say("fan_in_fan_out", "true")
                .write(folder.resolve("gpt2"));
        refused(transposed, "fan_in_fan_out", "GPT-2", "c_attn");
        try (AdapterFile file =
                AdapterFile.open(new TinyFolder().layer(gpt2, 2, 18, 6).write(folder.resolve("plain")))) {
            assertThat(Description.of(file)).anyMatch(line -> line.startsWith("family: GPT-2"));
            try (TinyModel model = new TinyModel(linear -> {})) {
                assertThatThrownBy(() -> file.check(model.sites(), Map.of()))
                        .hasMessageContaining("it is for GPT-2")
                        .hasMessageContaining("does not run");
            }
        }
        Path classifier = new TinyFolder()
                .layer("base_model.model.distilbert.transformer.layer.0.attention.q_lin", 2, 6, 6)
                .put("base_model.model.pre_classifier.weight", 6, 6)
                .write(folder.resolve("distilbert"));
        refused(classifier, "pre_classifier.weight", "it is for DistilBERT", "does not run");
    }

    private JsonObject toPeft(Path from) throws IOException {
        Path out = folder.resolve("peft-out");
        try (AdapterFile file = AdapterFile.open(from);
                Arena arena = Arena.open(Compute.cpu())) {
            Conversion.toPeft(file, out, arena, DType.F32);
        }
        return JsonParser.parseString(Files.readString(out.resolve("adapter_config.json")))
                .getAsJsonObject();
    }

    @Test
    void dropoutIsKept() throws IOException {
        Path given = TinyFolder.lora().say("lora_dropout", "0.25").write(folder.resolve("a"));
        assertThat(toPeft(given).get("lora_dropout").getAsDouble()).isEqualTo(0.25);
        assertThat(toPeft(TinyFolder.lora().write(folder.resolve("b")))
                        .get("lora_dropout")
                        .getAsDouble())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "unet.mid_block.attentions.0.proj_in, UNet2DConditionModel, diffusers.models.unets.unet_2d_condition, .",
        "text_encoder.text_model.encoder.layers.0.mlp.fc1, CLIPTextModel, transformers.models.clip.modeling_clip, text_encoder",
    })
    void partsSayWhereTheirClassIsFrom(String path, String name, String library, String part) throws IOException {
        Path given = new SingleFileAdapter(1)
                .put(path + ".lora_A.weight", 2, 6)
                .put(path + ".lora_B.weight", 6, 2)
                .write(folder.resolve("a.safetensors"));
        Path out = folder.resolve("out");
        try (AdapterFile file = AdapterFile.open(given);
                Arena arena = Arena.open(Compute.cpu())) {
            Conversion.toPeft(file, out, arena, DType.F32);
        }
        JsonObject mapping = JsonParser.parseString(
                        Files.readString(out.resolve(part).resolve("adapter_config.json")))
                .getAsJsonObject()
                .getAsJsonObject("auto_mapping");
        assertThat(mapping.get("base_model_class").getAsString()).isEqualTo(name);
        assertThat(mapping.get("parent_library").getAsString()).isEqualTo(library);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void exactPairsThatGrowManyTimesAreTold(boolean whole) {
        String key = "lora_unet_mid_block_attentions_0_proj_in.";
        SingleFileAdapter made = new SingleFileAdapter(1).put(key + "lokr_w1", 8, 8);
        if (whole) {
            made.put(key + "lokr_w2", 16, 16);
        } else {
            made.put(key + "lokr_w2_a", 16, 2).put(key + "lokr_w2_b", 2, 16);
        }
        try (AdapterFile file = AdapterFile.open(made.write(folder.resolve("a.safetensors")))) {
            ConvertedSize size = ConvertedSize.of(file, AdapterFormat.KOHYA, DType.F32);
            assertThat(size.rank()).isEqualTo(whole ? 128 : 16);
            assertThat(size.written()).isEqualTo(4L * size.rank() * 256);
            assertThat(size.source()).isEqualTo(4L * (64 + (whole ? 256 : 64)));
            assertThat(size.isLarge()).isTrue();
            assertThatThrownBy(size::mustBeSmall)
                    .hasMessageContaining("rank up to " + size.rank())
                    .hasMessageContaining("rank N", "energy E", "large writes");
            assertThat(ConvertedSize.of(file, AdapterFormat.LYCORIS, DType.F32).isLarge())
                    .isFalse();
        }
    }
}
