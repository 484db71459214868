package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.problems.InvalidInput;

/** Adapter folders as PEFT, the MoSLoRA authors and this program write them, and as nobody should. */
class AdapterFileTest {
    private static final String LAYER = TinyFolder.BASE + TinyModel.QUERY;

    @TempDir
    Path folder;

    private void opened(TinyFolder made, Consumer<AdapterFile> look) {
        try (AdapterFile file = AdapterFile.open(made.write(folder.resolve("a")))) {
            look.accept(file);
        }
    }

    /** Opening must fail with one problem that names the folder and all words. */
    private void refused(TinyFolder made, String... words) {
        Path path = made.write(folder.resolve("a"));
        assertThatThrownBy(() -> AdapterFile.open(path).close()).isInstanceOfSatisfying(InvalidInput.class, invalid -> {
            assertThat(invalid.problems()).hasSize(1);
            assertThat(invalid.getMessage()).contains(path.toString()).contains(words);
        });
    }

    @Test
    void aPeftFolderIsReadWithItsScale() {
        opened(TinyFolder.lora(), file -> {
            assertThat(file.kind()).isEqualTo(AdapterKind.LORA);
            assertThat(file.rank()).isEqualTo(2);
            assertThat(file.alpha()).isEqualTo(3);
            assertThat(file.layers().keySet()).containsExactly(TinyModel.QUERY);
            AdapterLayer layer = file.layers().get(TinyModel.QUERY);
            assertThat(layer.scale()).isEqualTo(1.5);
            assertThat(layer.inputs()).isEqualTo(6);
            assertThat(layer.outputs()).isEqualTo(6);
            assertThat(layer.mixer()).isNull();
        });
    }

    @Test
    void patternsGiveLayersTheirOwnRankAndAlpha() {
        TinyFolder made = TinyFolder.lora()
                .layer(TinyFolder.BASE + TinyModel.TEXT + "layers.1.self_attn.q_proj", 4, 6, 6)
                .layer(TinyFolder.BASE + TinyModel.TEXT + "layers.1.self_attn.k_proj", 2, 4, 6)
                .say("rank_pattern", "{\"layers.1.self_attn.q_proj\": 4}")
                .say("alpha_pattern", "{\"^model.*.layers\\\\.1\\\\.self_attn\\\\.q_proj\": 8, \"k_proj\": 5}");
        opened(made, file -> {
            assertThat(file.layers()
                            .get(TinyModel.TEXT + "layers.1.self_attn.q_proj")
                            .rank())
                    .isEqualTo(4);
            assertThat(file.layers()
                            .get(TinyModel.TEXT + "layers.1.self_attn.q_proj")
                            .scale())
                    .isEqualTo(2);
            assertThat(file.layers()
                            .get(TinyModel.TEXT + "layers.1.self_attn.k_proj")
                            .scale())
                    .isEqualTo(2.5);
            assertThat(file.layers().get(TinyModel.QUERY).scale()).isEqualTo(1.5);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "base_model.model.model.language_model., base_model.model.language_model.model.",
        "base_model.model.model.language_model., base_model.model.language_model.",
        "base_model.model.model.language_model., language_model.model.",
        ".lora_A.weight, .lora_A.default.weight",
        ".lora_B.weight, .lora_B.default.weight"
    })
    void keysOfEveryLayoutAreOneLayer(String part, String other) {
        opened(
                TinyFolder.lora().renamed(part, other),
                file -> assertThat(file.layers().keySet()).containsExactly(TinyModel.QUERY));
    }

    @Test
    void aDecodersLayersAreThoseOfATextModelUntilALlavaClaimsThem() {
        String alone = "model.layers.0.self_attn.q_proj";
        opened(TinyFolder.lora().renamed("base_model.model.model.language_model.", "base_model.model.model."), file -> {
            assertThat(file.layers().keySet()).containsExactly(alone);
            assertThat(file.of(List.of(alone, "model.layers.0.mlp.up_proj")).layers())
                    .isEqualTo(file.layers());
            AdapterFile inside = file.of(List.of(TinyModel.QUERY));
            assertThat(inside.layers().keySet()).containsExactly(TinyModel.QUERY);
            assertThat(inside.layers().get(TinyModel.QUERY).path()).isEqualTo(TinyModel.QUERY);
        });
    }

    @Test
    void aTextModelTakesTheLayersOfALlavasDecoder() {
        String alone = "model.layers.0.self_attn.q_proj";
        opened(TinyFolder.lora(), file -> {
            AdapterFile moved = file.of(List.of(alone));
            assertThat(moved.layers().keySet()).containsExactly(alone);
            assertThat(moved.layers().get(alone).scale()).isEqualTo(1.5);
        });
    }

    @Test
    void theAuthorsNameOfTheMixerIsRead() {
        TinyFolder made = TinyFolder.moslora().renamed("lora_mixer", "lora_AB");
        made.say("peft_type", "\"LORA\"").say("lora_use_mixer", "true");
        opened(made, file -> {
            assertThat(file.kind()).isEqualTo(AdapterKind.MOSLORA);
            assertThat(file.layers().get(TinyModel.QUERY).mixer()).contains("lora_AB");
        });
    }

    @Test
    void aProjectorMayBeSavedInsideOrBeside() {
        TinyFolder inside = TinyFolder.lora()
                .put(TinyFolder.BASE + "model.multi_modal_projector.linear_1.weight", 6, 8)
                .put(TinyFolder.BASE + "multi_modal_projector.linear_2.bias", 6);
        opened(
                inside,
                file -> assertThat(file.projector())
                        .containsExactly(
                                TinyModel.PROJECTOR + "linear_1.weight", TinyModel.PROJECTOR + "linear_2.bias"));
        opened(
                TinyFolder.lora().beside("linear_1.weight", 6, 8),
                file -> assertThat(file.projector()).containsExactly(TinyModel.PROJECTOR + "linear_1.weight"));
    }

    @Test
    void aRunFolderStandsForItsAdapter() throws IOException {
        TinyFolder.lora().write(folder.resolve("run").resolve("adapter"));
        try (AdapterFile file = AdapterFile.open(folder.resolve("run"))) {
            assertThat(file.path()).isEqualTo(folder.resolve("run").resolve("adapter"));
        }
    }

    @Test
    void whatTheConfigSaysCanBeAsked() {
        TinyFolder made = TinyFolder.lora().say("template", "\"llama3\"").say("odd", "[1]");
        opened(made, file -> {
            assertThat(file.said("template")).isEqualTo("llama3");
            assertThat(file.said("absent")).isNull();
            assertThat(file.said("odd")).isNull();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"lora_A", "lora_B"})
    void aFactorWithoutItsPartnerIsNamed(String factor) {
        TinyFolder made = TinyFolder.lora();
        made.tensors.remove(LAYER + "." + factor + ".weight");
        refused(made, TinyModel.QUERY, factor);
    }

    @Test
    void moslorasMixerMustBeThere() {
        TinyFolder made = TinyFolder.moslora();
        made.tensors.remove(LAYER + ".lora_mixer.weight");
        refused(made, TinyModel.QUERY, "lora_mixer");
    }

    @Test
    void oneLayerWithAMixerMakesAllNeedOne() {
        TinyFolder made =
                TinyFolder.moslora().layer(TinyFolder.BASE + TinyModel.TEXT + "layers.1.mlp.up_proj", 2, 9, 6);
        refused(made.say("peft_type", "\"LORA\""), "layers.1.mlp.up_proj", "lora_mixer");
    }

    @Test
    void aRankOtherThanTheConfigsIsNamedWithBothSides() {
        refused(TinyFolder.lora().put(LAYER + ".lora_A.weight", 3, 6), "lora_A", "[3, 6]", "rank 2");
        refused(TinyFolder.lora().put(LAYER + ".lora_B.weight", 6, 3), "lora_B", "[6, 3]", "rank 2");
        refused(TinyFolder.moslora().put(LAYER + ".lora_mixer.weight", 2, 3), "lora_mixer", "[2, 3]");
        refused(TinyFolder.lora().put(LAYER + ".lora_A.weight", 12), "lora_A", "[12]");
    }

    @Test
    void tensorsOfNoAdapterAreListed() {
        TinyFolder made = TinyFolder.lora();
        for (int i = 0; i < 8; i++) {
            made.put("stranger." + i, 1);
        }
        refused(made, "8 tensors", "stranger.0", "3 more");
    }

    @Test
    void oneFactorUnderTwoNamesIsAmbiguous() {
        refused(TinyFolder.lora().put(LAYER + ".lora_A.default.weight", 2, 6), "same factor", TinyModel.QUERY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"})
    void settingsThatChangeTheFormulaAreRefused(String setting) {
        refused(TinyFolder.lora().say(setting, "true"), setting);
        opened(
                TinyFolder.lora().say(setting, "false"),
                file -> assertThat(file.layers()).hasSize(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r | null",
                "r | \"2\"",
                "r | 0",
                "r | 2.5",
                "r | -1",
                "r | 1e300",
                "r | [2]",
                "lora_alpha | null",
                "lora_alpha | \"3\"",
                "lora_alpha | 0",
                "lora_alpha | -1",
                "lora_alpha | 1e999",
                "peft_type | null",
                "peft_type | \"IA3\"",
                "peft_type | 3",
                "peft_type | {}",
                "rank_pattern | [1]",
                "rank_pattern | {\"(\": 2}",
                "rank_pattern | {\"q_proj\": 0}",
                "rank_pattern | {\"q_proj\": \"two\"}",
                "rank_pattern | {\"q_proj\": 2.5}",
                "alpha_pattern | 5",
                "alpha_pattern | {\"q_proj\": -1}"
            })
    void oddSettingsAreRefusedByName(String key, String json) {
        refused(TinyFolder.lora().say(key, json), key);
    }

    @Test
    void anAlphaThatIsMissingIsNotGuessed() {
        TinyFolder made = TinyFolder.lora();
        made.config.remove("lora_alpha");
        refused(made, "lora_alpha");
    }

    @Test
    void anAdapterWithoutTensorsIsRefused() {
        TinyFolder made = TinyFolder.lora();
        made.tensors.clear();
        refused(made, "holds no adapter tensor");
    }

    @Test
    void twoProjectorsAreOneTooMany() {
        TinyFolder made = TinyFolder.lora()
                .put(TinyFolder.BASE + "multi_modal_projector.linear_1.weight", 6, 8)
                .beside("linear_1.weight", 6, 8);
        refused(made, "two projectors");
    }

    @Test
    void strangersBesideTheAdapterAreNamed() {
        refused(TinyFolder.lora().beside("layer_3.weight", 6, 8), "layer_3.weight");
    }

    @Test
    void allProblemsAreToldTogether() {
        TinyFolder made = TinyFolder.lora()
                .put("stranger", 1)
                .put(LAYER + ".lora_A.weight", 3, 6)
                .put(TinyFolder.BASE + TinyModel.TEXT + "layers.1.self_attn.q_proj.lora_A.weight", 2, 6);
        Path path = made.write(folder.resolve("a"));
        assertThatThrownBy(() -> AdapterFile.open(path).close())
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        invalid -> assertThat(invalid.problems()).hasSize(3));
    }

    @Test
    void whereThereIsNothingThereIsNoAdapter() throws IOException {
        Path absent = folder.resolve("absent");
        assertThatThrownBy(() -> AdapterFile.open(absent))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(absent.toString());
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> AdapterFile.open(empty))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("adapter_config.json");
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> AdapterFile.open(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void picklesAreNamedForWhatTheyAre() throws IOException {
        Path path = TinyFolder.lora().write(folder.resolve("a"));
        Files.move(path.resolve("adapter_model.safetensors"), path.resolve("adapter_model.bin"));
        assertThatThrownBy(() -> AdapterFile.open(path))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("adapter_model.bin")
                .hasMessageContaining("pickle");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "null", "\"x\"", "{\"r\": }", "\u0000"})
    void aConfigThatIsNoObjectIsRefused(String text) throws IOException {
        Path path = TinyFolder.lora().write(folder.resolve("a"));
        Files.writeString(path.resolve("adapter_config.json"), text);
        assertThatThrownBy(() -> AdapterFile.open(path))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("adapter_config.json");
    }

    @Test
    void anAdapterMustBindToItsModel() {
        try (TinyModel model = new TinyModel(linear -> {})) {
            opened(
                    TinyFolder.lora(),
                    file -> assertThatCode(() -> file.check(model.sites(), Map.of()))
                            .doesNotThrowAnyException());
            opened(
                    TinyFolder.lora().renamed(".layers.", ".blocks."),
                    file -> assertThatThrownBy(() -> file.check(model.sites(), Map.of()))
                            .isInstanceOf(InvalidInput.class)
                            .hasMessageContaining("all of its 1 layers bind to no linear")
                            .hasMessageContaining("nearest linear is " + TinyModel.QUERY));
            opened(
                    TinyFolder.lora().put(LAYER + ".lora_A.weight", 2, 5),
                    file -> assertThatThrownBy(() -> file.check(model.sites(), Map.of()))
                            .isInstanceOf(InvalidInput.class)
                            .hasMessageContaining("[2, 5]")
                            .hasMessageContaining("takes 6 inputs")
                            .hasMessageContaining("another base?"));
            opened(
                    TinyFolder.lora().put(LAYER + ".lora_B.weight", 7, 2),
                    file -> assertThatThrownBy(() -> file.check(model.sites(), Map.of()))
                            .hasMessageContaining("[7, 2]")
                            .hasMessageContaining("gives 6 outputs"));
            opened(
                    TinyFolder.lora().beside("linear_1.weight", 6, 8),
                    file -> assertThatThrownBy(() -> file.check(
                                    model.sites(), Map.of(TinyModel.PROJECTOR + "linear_1.weight", List.of(6L, 9L))))
                            .isInstanceOf(InvalidInput.class)
                            .hasMessageContaining("projector.safetensors"));
        }
    }

    @Test
    void whatBindsIsCountedAndTheRestNamed() {
        TinyFolder made = TinyFolder.lora()
                .layer(TinyFolder.BASE + TinyModel.TEXT + "layers.0.self_attn.k_proj", 2, 9, 6)
                .layer(TinyFolder.BASE + TinyModel.TEXT + "blocks.0.self_attn.v_proj", 2, 6, 6);
        try (TinyModel model = new TinyModel(linear -> {})) {
            opened(made, file -> {
                List<String> told = Description.binding(file, model.sites(), Map.of());
                assertThat(told).hasSize(3).startsWith("binds: 1 of 3 layers");
                assertThat(told.get(1)).contains("lora_B.weight", "[9, 2]", "k_proj gives ");
                assertThat(told.get(2)).contains("1 of its 3 layers", "blocks.0.self_attn.v_proj");
            });
        }
    }

    @Test
    void onlyOneAdapterMayBringAProjector() {
        Path one = TinyFolder.lora().beside("linear_1.weight", 6, 8).write(folder.resolve("one"));
        Path other = TinyFolder.lora().beside("linear_1.weight", 6, 8).write(folder.resolve("other"));
        assertThatThrownBy(() -> LoadedAdapters.open(List.of(new ScaledAdapter(one, 1), new ScaledAdapter(other, 1))))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(one.toString())
                .hasMessageContaining(other.toString());
    }
}
