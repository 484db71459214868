package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

class ConversionTest {
    private static final String SECOND = TinyModel.TEXT + "layers.1.self_attn.k_proj";

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static TinyFolder mixed() {
        return TinyFolder.moslora()
                .layer(TinyFolder.BASE + SECOND, 3, 4, 6)
                .put(TinyFolder.BASE + SECOND + ".lora_mixer.weight", 3, 3)
                .say("rank_pattern", "{\"layers.1.self_attn.k_proj\": 3}")
                .say("alpha_pattern", "{\"layers.1.self_attn.k_proj\": 7.5}")
                .say("template", "\"llama3\"")
                .say("image_aspect", "\"crop\"")
                .say("base_model_name_or_path", "\"some/base\"")
                .beside("linear_1.weight", 6, 8)
                .beside("linear_1.bias", 6);
    }

    private Path converted(Path from, String name, boolean peft, DType type) throws IOException {
        Path out = folder.resolve(name);
        try (AdapterFile file = AdapterFile.open(from);
                Arena arena = Arena.open(Compute.cpu())) {
            if (peft) {
                Conversion.toPeft(file, out, arena, type);
            } else {
                Conversion.toNative(file, out, arena, type);
            }
        }
        return out;
    }

    private static Map<String, float[]> tensors(Path file) {
        Map<String, float[]> tensors = new TreeMap<>();
        try (WeightSource source = SafetensorsFile.open(file)) {
            source.names().forEach(name -> tensors.put(name, HalfFloats.floats(source, name)));
        }
        return tensors;
    }

    private static void same(Map<String, float[]> actual, Map<String, float[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> assertThat(actual.get(name)).as(name).isEqualTo(values));
    }

    private static JsonObject config(Path folder) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("adapter_config.json")))
                .getAsJsonObject();
    }

    @Test
    void nativeToNativeIsExactAndStable() throws IOException {
        Path given = mixed().write(folder.resolve("given"));
        Path once = converted(given, "once", false, DType.F32);
        Path twice = converted(once, "twice", false, DType.F32);
        same(tensors(once.resolve("adapter_model.safetensors")), tensors(given.resolve("adapter_model.safetensors")));
        same(tensors(once.resolve("projector.safetensors")), tensors(given.resolve("projector.safetensors")));
        for (String name : new String[] {"adapter_model.safetensors", "projector.safetensors", "adapter_config.json"}) {
            assertThat(twice.resolve(name)).hasSameBinaryContentAs(once.resolve(name));
        }
        try (AdapterFile file = AdapterFile.open(once)) {
            assertThat(file.layers().get(SECOND).rank()).isEqualTo(3);
            assertThat(file.layers().get(SECOND).alpha()).isEqualTo(7.5);
            assertThat(file.layers().get(TinyModel.QUERY).alpha()).isEqualTo(3);
            assertThat(file.said("template")).isEqualTo("llama3");
            assertThat(file.said("image_aspect")).isEqualTo("crop");
            assertThat(file.said("base_model_name_or_path")).isEqualTo("some/base");
        }
    }

    @Test
    void loraGoesToPeftAndBackWithoutALoss() throws IOException {
        Path given = TinyFolder.lora()
                .beside("linear_1.weight", 6, 8)
                .beside("linear_1.bias", 6)
                .write(folder.resolve("given"));
        Path peft = converted(given, "peft", true, DType.F32);
        Path back = converted(peft, "back", false, DType.F32);
        same(tensors(back.resolve("adapter_model.safetensors")), tensors(given.resolve("adapter_model.safetensors")));
        same(tensors(back.resolve("projector.safetensors")), tensors(given.resolve("projector.safetensors")));
        assertThat(config(back).get("peft_type").getAsString()).isEqualTo("LORA");
    }

    @Test
    void peftGetsTheMixerFoldedIntoItsFirstFactor() throws IOException {
        Path given = mixed().write(folder.resolve("given"));
        Path peft = converted(given, "peft", true, DType.F32);
        Map<String, float[]> before = tensors(given.resolve("adapter_model.safetensors"));
        Map<String, float[]> after = tensors(peft.resolve("adapter_model.safetensors"));
        String prefix = TinyFolder.BASE + SECOND;
        Matrix mixer = Matrix.of(3, 3, before.get(prefix + ".lora_mixer.weight"));
        Matrix down = Matrix.of(3, 6, before.get(prefix + ".lora_A.weight"));
        Matrix.of(3, 6, after.get(prefix + ".lora_A.weight")).mustBe(mixer.times(down));
        assertThat(after.get(prefix + ".lora_B.weight")).isEqualTo(before.get(prefix + ".lora_B.weight"));
        assertThat(after.keySet())
                .containsExactly(
                        TinyFolder.BASE + TinyModel.QUERY + ".lora_A.weight",
                        TinyFolder.BASE + TinyModel.QUERY + ".lora_B.weight",
                        prefix + ".lora_A.weight",
                        prefix + ".lora_B.weight",
                        TinyFolder.BASE + "model.multi_modal_projector.linear_1.bias",
                        TinyFolder.BASE + "model.multi_modal_projector.linear_1.weight");
    }

    @Test
    void peftsConfigSaysAllThatPeftNeeds() throws IOException {
        Path peft = converted(mixed().write(folder.resolve("given")), "peft", true, DType.F32);
        JsonObject config = config(peft);
        assertThat(config.get("peft_type").getAsString()).isEqualTo("LORA");
        assertThat(config.get("r").toString()).isEqualTo("2");
        assertThat(config.get("lora_alpha").toString()).isEqualTo("3");
        assertThat(config.get("rank_pattern").getAsJsonObject().size()).isEqualTo(1);
        assertThat(config.get("alpha_pattern").toString()).contains("7.5");
        assertThat(config.get("modules_to_save").toString()).isEqualTo("[\"multi_modal_projector\"]");
        assertThat(config.get("target_modules").toString()).contains(TinyModel.QUERY, SECOND);
        assertThat(config.get("use_dora").getAsBoolean()).isFalse();
        assertThat(peft.resolve("projector.safetensors")).doesNotExist();
        Path bare = converted(TinyFolder.lora().write(folder.resolve("lora")), "bare", true, DType.F32);
        assertThat(config(bare).has("modules_to_save")).isFalse();
    }

    @Test
    void anotherNumberFormatRoundsOnce() throws IOException {
        Path given = TinyFolder.lora().write(folder.resolve("given"));
        Path half = converted(given, "half", false, DType.BF16);
        Map<String, float[]> before = tensors(given.resolve("adapter_model.safetensors"));
        try (WeightSource source = SafetensorsFile.open(half.resolve("adapter_model.safetensors"))) {
            for (String name : source.names()) {
                assertThat(source.info(name).dtype()).isEqualTo(DType.BF16);
                float[] values = HalfFloats.floats(source, name);
                for (int i = 0; i < values.length; i++) {
                    short near = HalfFloats.toBfloat16(before.get(name)[i]);
                    assertThat(values[i]).isEqualTo(HalfFloats.fromBfloat16(near));
                }
            }
        }
    }
}
