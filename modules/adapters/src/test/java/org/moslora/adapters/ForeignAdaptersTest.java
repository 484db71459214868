package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.layers.Engine;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;

/** Files and folders as other programs write them: every tensor finds its place, or is named. */
class ForeignAdaptersTest {
    private static final String ATTENTION = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q";
    private static final String UNET = "unet." + ATTENTION;
    private static final String KOHYA = "lora_unet_" + ATTENTION.replace('.', '_');

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private void opened(SingleFileAdapter made, Consumer<AdapterFile> look) {
        try (AdapterFile file = AdapterFile.open(made.write(folder.resolve("a.safetensors")))) {
            look.accept(file);
        }
    }

    private void refused(SingleFileAdapter made, String... words) {
        refused(made.write(folder.resolve("a.safetensors")), words);
    }

    private static void refused(Path path, String... words) {
        assertThatThrownBy(() -> AdapterFile.open(path).close()).isInstanceOfSatisfying(InvalidInput.class, invalid -> {
            assertThat(invalid.problems()).hasSize(1);
            assertThat(invalid.getMessage()).contains(path.toString()).contains(words);
        });
    }

    private static SingleFileAdapter pair(String down, String up) {
        return new SingleFileAdapter(1).put(down, 2, 6).put(up, 4, 2);
    }

    private static SingleFileAdapter kohya() {
        return pair(KOHYA + ".lora_down.weight", KOHYA + ".lora_up.weight").number(KOHYA + ".alpha", 3);
    }

    @ParameterizedTest
    @CsvSource({
        "unet.PATH.lora_A.weight, unet.PATH.lora_B.weight, diffusers",
        "unet.PATH.lora.down.weight, unet.PATH.lora.up.weight, diffusers (old keys)",
        "base_model.model.PATH.lora_A.weight, base_model.model.PATH.lora_B.weight, diffusers",
        "base_model.model.unet.PATH.lora_A.default.weight, unet.PATH.lora_B.weight, diffusers",
    })
    void everyStyleLeadsToThePath(String down, String up, String format) {
        opened(pair(down.replace("PATH", ATTENTION), up.replace("PATH", ATTENTION)), file -> {
            assertThat(file.layers().keySet()).containsExactly(UNET);
            assertThat(file.layers().get(UNET).scale()).isEqualTo(1);
            assertThat(file.format()).isEqualTo(format);
        });
    }

    @Test
    void theOldestKeysOfDiffusers() {
        String block = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_out_lora.";
        opened(
                pair(block + "down.weight", block + "up.weight"),
                file -> assertThat(file.layers().keySet())
                        .containsExactly("unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0"));
    }

    @Test
    void theAuthorsMixerInADiffusersFile() {
        SingleFileAdapter made = pair(
                        "unet." + ATTENTION + ".lora.down.weight", "unet." + ATTENTION + ".lora.up.weight")
                .put("unet." + ATTENTION + ".lora.downB.weight", 2, 2);
        opened(made, file -> {
            assertThat(file.kind()).isEqualTo(AdapterKind.MOSLORA);
            assertThat(file.layers().get(UNET).mixer()).endsWith("downB.weight");
        });
    }

    @Test
    void kohyasAlphaIsDividedByTheRank() {
        opened(kohya(), file -> {
            assertThat(file.layers().get(UNET).scale()).isEqualTo(1.5);
            assertThat(file.alpha()).isEqualTo(3);
            assertThat(file.format()).isEqualTo("kohya");
        });
        opened(
                kohya().number(KOHYA + ".alpha", 0),
                file -> assertThat(file.layers().get(UNET).scale()).isEqualTo(1));
    }

    @Test
    void halfPrecisionIsReadToo() {
        for (DType type : List.of(DType.F16, DType.BF16)) {
            Path path = kohya().write(folder.resolve(type + ".safetensors"), type);
            try (AdapterFile file = AdapterFile.open(path)) {
                assertThat(file.layers().get(UNET).scale()).isEqualTo(1.5);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "lora_te_, text_encoder.",
        "lora_te1_, text_encoder.",
        "lora_te2_, text_encoder_2.",
    })
    void textEncodersAreToldApart(String prefix, String component) {
        String key = prefix + "text_model_encoder_layers_3_self_attn_out_proj.";
        opened(
                pair(key + "lora_down.weight", key + "lora_up.weight"),
                file -> assertThat(file.layers().keySet())
                        .containsExactly(component + "text_model.encoder.layers.3.self_attn.out_proj"));
    }

    @Test
    void textEncodersOfDiffusers() {
        String path = "text_encoder.text_model.encoder.layers.0.self_attn.q_proj";
        opened(
                pair(path + ".lora_linear_layer.down.weight", path + ".lora_linear_layer.up.weight"),
                file -> assertThat(file.layers().keySet()).containsExactly(path));
        opened(
                pair(path.replace("text_model.", "") + ".lora_A.weight", path + ".lora_B.weight"),
                file -> assertThat(file.layers().keySet()).containsExactly(path));
    }

    @Test
    void metadataOfDiffusersGivesTheScale() {
        SingleFileAdapter made = pair(UNET + ".lora_A.weight", UNET + ".lora_B.weight");
        made.metadata.put(
                "lora_adapter_metadata",
                "{\"unet.r\": 2, \"unet.lora_alpha\": 8, \"unet.alpha_pattern\": {\"attn1.to_q\": 5}}");
        opened(made, file -> assertThat(file.layers().get(UNET).scale()).isEqualTo(2.5));
        made.metadata.put(
                "lora_adapter_metadata", "{\"unet.r\": 2, \"unet.lora_alpha\": 8, \"unet.use_rslora\": true}");
        opened(made, file -> assertThat(file.layers().get(UNET).scale()).isEqualTo(8 / Math.sqrt(2)));
        made.metadata.put("lora_adapter_metadata", "{\"unet.r\": 2}");
        refused(made, "lora_alpha", "unet.");
        made.metadata.put("lora_adapter_metadata", "{");
        refused(made, "lora_adapter_metadata");
    }

    @Test
    void alphaAndMetadataContradictEachOther() {
        SingleFileAdapter made =
                pair(UNET + ".lora_A.weight", UNET + ".lora_B.weight").number(UNET + ".alpha", 1);
        opened(made, file -> assertThat(file.layers().get(UNET).scale()).isEqualTo(0.5));
        made.metadata.put("lora_adapter_metadata", "{\"unet.r\": 2, \"unet.lora_alpha\": 8}");
        refused(made, UNET, "so does a tensor");
    }

    @Test
    void blockNumbersOfXlWaitForTheModel() {
        String key = "lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q.";
        opened(pair(key + "lora_down.weight", key + "lora_up.weight"), file -> {
            assertThat(file.layers().keySet()).containsExactly(UNET);
            assertThat(file.remarks()).hasSize(1);
            List<String> one = List.of(
                    "unet.down_blocks.0.resnets.0.conv1",
                    "unet.down_blocks.1.resnets.0.conv1",
                    "unet.down_blocks.2.resnets.0.conv1");
            AdapterFile bound = file.of(one);
            assertThat(bound.layers().keySet()).containsExactly("unet.down_blocks.1.attentions.1" + UNET.substring(31));
            assertThat(bound.remarks()).isEmpty();
        });
    }

    @Test
    void foldersOfDiffusersAndOfOneFile() throws IOException {
        Path one = Files.createDirectory(folder.resolve("one"));
        kohya().write(one.resolve("any.safetensors"));
        try (AdapterFile file = AdapterFile.open(one)) {
            assertThat(file.layers().keySet()).containsExactly(UNET);
        }
        pair(UNET + ".lora_A.weight", UNET + ".lora_B.weight").write(one.resolve("pytorch_lora_weights.safetensors"));
        try (AdapterFile file = AdapterFile.open(one)) {
            assertThat(file.format()).isEqualTo("diffusers");
        }
    }

    @Test
    void peftFoldersSayWhichModelTheyWrap() {
        Path path = new TinyFolder()
                .layer("base_model.model.proj", 2, 4, 6)
                .say("auto_mapping", "{\"base_model_class\": \"UNet2DConditionModel\"}")
                .write(folder.resolve("peft"));
        try (AdapterFile file = AdapterFile.open(path)) {
            assertThat(file.layers().keySet()).containsExactly("unet.proj");
        }
    }

    @Test
    void peftsMagnitudeIsRead() {
        Path path = TinyFolder.lora()
                .put(TinyFolder.BASE + TinyModel.QUERY + ".lora_magnitude_vector", 6)
                .say("use_dora", "true")
                .say("use_rslora", "true")
                .write(folder.resolve("dora"));
        try (AdapterFile file = AdapterFile.open(path)) {
            assertThat(file.kinds()).containsExactly("dora");
            assertThat(file.layers().get(TinyModel.QUERY).scale()).isEqualTo(3 / Math.sqrt(2));
        }
    }

    @Test
    void peftsLohaAndLokrAreRead() {
        TinyFolder loha = new TinyFolder().say("peft_type", "\"LOHA\"").say("alpha", "3");
        loha.config.remove("lora_alpha");
        String layer = TinyFolder.BASE + TinyModel.QUERY;
        loha.put(layer + ".hada_w1_a", 6, 2).put(layer + ".hada_w1_b", 2, 6);
        loha.put(layer + ".hada_w2_a", 6, 2).put(layer + ".hada_w2_b", 2, 6);
        try (AdapterFile file = AdapterFile.open(loha.write(folder.resolve("loha")))) {
            assertThat(file.kinds()).containsExactly("loha");
            assertThat(file.layers().get(TinyModel.QUERY).scale()).isEqualTo(1.5);
        }
        TinyFolder lokr = new TinyFolder().say("peft_type", "\"LOKR\"").say("alpha", "3");
        lokr.put(layer + ".lokr_w1", 2, 2).put(layer + ".lokr_w2", 3, 3);
        try (AdapterFile file = AdapterFile.open(lokr.write(folder.resolve("lokr")))) {
            assertThat(file.layers().get(TinyModel.QUERY).scale())
                    .as("PEFT's scale is alpha/r, whole factors included")
                    .isEqualTo(1.5);
        }
    }

    @Test
    void whatIsMissingOrTooManyIsNamed() {
        refused(kohya().without(KOHYA + ".lora_up.weight"), UNET, "lora_B", KOHYA + ".lora_down.weight");
        refused(kohya().without(KOHYA + ".lora_down.weight"), "lora_A");
        refused(kohya().put(KOHYA + ".hada_w1_a", 4, 2), UNET, "two kinds");
        refused(kohya().put(KOHYA + ".hada_w3_a", 4, 2), KOHYA + ".hada_w3_a");
        refused(kohya().put(KOHYA + ".lora_up.weight", 4, 3), "[4, 3]", "rank 2");
        refused(kohya().put(KOHYA + ".lora_mid.weight", 2, 3, 1, 1), "lora_mid", "[2, 3, 1, 1]");
        refused(kohya().put(KOHYA + ".dora_scale", 5, 1), "dora_scale", "4 outputs");
        refused(kohya().put(KOHYA + ".alpha", 2), "alpha", "one floating-point number");
        Path endless = kohya().number(KOHYA + ".alpha", NoNumbers.STAND_IN).write(folder.resolve("a.safetensors"));
        refused(NoNumbers.put(endless, DType.F32, Float.NaN), "alpha", "finite");
        refused(new SingleFileAdapter(1), "no adapter tensor");
    }

    @Test
    void halvesMustMatch() {
        String layer = "lora_unet_conv_in.";
        SingleFileAdapter loha = new SingleFileAdapter(1)
                .put(layer + "hada_w1_a", 4, 2)
                .put(layer + "hada_w1_b", 2, 6)
                .put(layer + "hada_w2_a", 4, 2)
                .put(layer + "hada_w2_b", 2, 5);
        refused(loha, "hada_w2_b", "[2, 5]", "[2, 6]");
        refused(loha.put(layer + "hada_w2_b", 2, 6).put(layer + "hada_t1", 2, 2, 3, 3), "hada_t2");
        SingleFileAdapter lokr =
                new SingleFileAdapter(1).put(layer + "lokr_w1", 2, 2).put(layer + "lokr_w2_a", 2, 1);
        refused(lokr, "lokr_w2_b");
        refused(lokr.put(layer + "lokr_w2_b", 1, 2).put(layer + "lokr_w2", 2, 2), "both whole and as a product");
        refused(new SingleFileAdapter(1).put(layer + "lokr_w1", 2, 2), "lokr_w2");
    }

    @ParameterizedTest
    @CsvSource({
        "lora_unet_conv_in.diff, differences of whole weights",
        "lora_unet_conv_in.oft_blocks, OFT",
        "lora_unet_conv_in.on_input, (IA)3",
        "base_model.model.down_blocks.0.proj.lora_E, AdaLoRA",
        "model.diffusion_model.input_blocks.0.0.weight, a model",
        "emb_params, textual inversion"
    })
    void kindsThatAreNotReadAreNamed(String key, String meaning) {
        refused(kohya().put(key, 2, 2), key, meaning);
    }

    @Test
    void whatDoesNotFitAModelIsNamedWithBothShapes() {
        Site kernel = new Site(UNET, 6, 4, false, List.of(1L, 2L));
        Site wide = new Site(UNET, 8, 5, false);
        opened(kohya(), file -> {
            assertThatThrownBy(() -> file.check(Map.of(UNET, wide), Map.of()))
                    .hasMessageContaining(KOHYA + ".lora_down.weight is [2, 6]")
                    .hasMessageContaining("takes 8 inputs")
                    .hasMessageContaining(KOHYA + ".lora_up.weight is [4, 2]")
                    .hasMessageContaining("gives 5 outputs");
            assertThatThrownBy(() -> file.check(Map.of(UNET, kernel), Map.of())).hasMessageContaining("[1, 2]");
        });
    }
}
