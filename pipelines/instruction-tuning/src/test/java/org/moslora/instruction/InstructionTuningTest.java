package org.moslora.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.AdapterFile;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.llama.LlamaFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.testing.CutRun;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;

/** Whole trainings of a tiny text model. */
class InstructionTuningTest {
    private static final TinyOptions OPTIONS =
            TinyOptions.standard().withSeed(4).withPictures(10, 4);
    private static final String RECIPE = """
            pipeline: instruction-tuning
            model: model
            output: run
            adapter: {kind: moslora, rank: 3, alpha: 6}
            data: {conversations: train.json}
            training:
              learning_rate: 5.0e-3
              warmup_steps: 2
              max_steps: 9
              batch_size: 2
              gradient_accumulation: 2
              checkpoint_every: 2
              keep_checkpoints: 100
              seed: 3
            """;

    @TempDir
    static Path folder;

    private static TinyLlama tiny;
    private static RunFolder plain;

    @BeforeAll
    static void train() throws IOException {
        tiny = TinyLlama.write(folder, OPTIONS);
        Files.writeString(folder.resolve("recipe.yaml"), RECIPE);
        plain = train("plain");
    }

    private static RunFolder train(String name, String... overrides) {
        List<String> all = new ArrayList<>(Arrays.asList(overrides));
        all.add("output=" + folder.resolve(name));
        new InstructionTuning().train(new RunRequest(folder.resolve("recipe.yaml"), all, folder, null, 1, true));
        return new RunFolder(folder.resolve(name));
    }

    private static List<Double> column(RunFolder run, String name) {
        return Metrics.rows(run.metrics()).stream()
                .map(row -> row.get(name).getAsDouble())
                .toList();
    }

    /** The curve that PyTorch, with the same start, model and data, gives: see the README beside it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theCurveIsThatOfTheReference(boolean onInputs) throws Exception {
        RunFolder run = train(
                "golden-" + onInputs,
                "adapter={kind: moslora, rank: 2, alpha: 3, targets: [q_proj], init_from: " + resource("start") + "}",
                "data.order=sequential",
                "data.max_length=68",
                "data.train_on_inputs=" + onInputs);
        mustBe(run, onInputs ? "inputs" : "answers");
    }

    /** The curve that PEFT gives, embeddings learning beside a linear. */
    @Test
    void embeddingsLearnAsInPeft() throws Exception {
        RunFolder run = train(
                "embeddings",
                "adapter={kind: lora, rank: 2, alpha: 3, targets: [q_proj, embed_tokens], init_from: "
                        + resource("start-embeddings") + "}",
                "data.order=sequential");
        mustBe(run, "embeddings");
        try (AdapterFile file = AdapterFile.open(run.path())) {
            assertThat(file.layers().keySet()).hasSize(3).contains("model.embed_tokens");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nf4", "int8"})
    void aQuantisedBaseLearns(String form) {
        List<Double> losses = column(train(form, "training.quantize=" + form), "loss");
        double base = column(plain, "loss").get(0);
        assertThat(losses.get(0)).isCloseTo(base, within(0.05 * base)).isNotEqualTo(base);
        assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0));
    }

    private static void mustBe(RunFolder run, String curve) throws Exception {
        JsonArray expected = JsonParser.parseString(Files.readString(resource("curve.json")))
                .getAsJsonObject()
                .getAsJsonArray(curve);
        List<JsonObject> rows = Metrics.rows(run.metrics());
        assertThat(rows).hasSize(expected.size());
        for (int i = 0; i < rows.size(); i++) {
            JsonObject step = expected.get(i).getAsJsonObject();
            for (String key : List.of("loss", "grad_norm")) {
                double value = step.get(key).getAsDouble();
                assertThat(rows.get(i).get(key).getAsDouble())
                        .as("%s of step %d", key, i + 1)
                        .isCloseTo(value, within((key.equals("loss") ? 1e-4 : 1e-3) * value));
            }
            assertThat(rows.get(i).get("tokens").getAsInt())
                    .isEqualTo(step.get("tokens").getAsInt());
        }
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(InstructionTuningTest.class.getResource(name).toURI());
    }

    @Test
    void theLossFalls() {
        List<Double> curve = column(train("taught", "training.learning_rate=2e-2", "training.max_steps=40"), "loss");
        assertThat(curve.get(39)).isLessThan(0.5 * curve.get(0));
    }

    @Test
    void theAdapterIsNamedAsTransformersNamesTheModel() {
        try (AdapterFile file = AdapterFile.open(plain.path())) {
            assertThat(file.layers().keySet())
                    .hasSize(10)
                    .contains("model.layers.0.self_attn.q_proj", "model.layers.1.mlp.down_proj");
            assertThat(file.said("base_model_family")).isEqualTo("llama");
            assertThat(file.said("template")).isEqualTo("commonsense");
            assertThat(file.said("image_aspect")).isNull();
        }
    }

    @Test
    void targetsMayBeWholePathsAsTransformersSpellsThem() {
        RunFolder run =
                train("paths", "adapter.targets=[model.layers.0.self_attn.q_proj, 'model\\.layers\\.1\\..*up_proj']");
        try (AdapterFile file = AdapterFile.open(run.path())) {
            assertThat(file.layers().keySet())
                    .containsExactly("model.layers.0.self_attn.q_proj", "model.layers.1.mlp.up_proj");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "adapter.dropout=0.3", "data.order=modality-length"})
    void aResumedRunEndsInTheSameBytes(String override) throws IOException {
        String[] overrides = override.isEmpty() ? new String[0] : new String[] {override};
        String name = "whole-" + Math.abs(override.hashCode());
        RunFolder whole = train(name, overrides);
        RunFolder cut = CutRun.after(whole, folder.resolve(name + "-cut"), 4);
        new InstructionTuning().train(new RunRequest(null, List.of(), folder, cut.path(), 1, true));
        assertThat(column(cut, "loss")).isEqualTo(column(whole, "loss"));
        for (String file : List.of("adapter_model.safetensors", "adapter_config.json")) {
            assertThat(cut.adapter().resolve(file))
                    .hasSameBinaryContentAs(whole.adapter().resolve(file));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void kindFullTrainsEveryTensorATiedHeadTwice(boolean tied) throws IOException {
        Path base = tied ? tied() : tiny.model();
        RunFolder run = train("full-" + tied, "adapter={kind: full}", "model=" + base, "training.learning_rate=1e-3");
        List<Double> losses = column(run, "loss");
        assertThat(losses.get(8)).isLessThan(losses.get(0));
        assertThat(run.adapter()).doesNotExist();
        try (LlamaFolder before = LlamaFolder.open(base);
                LlamaFolder after = LlamaFolder.open(run.model())) {
            assertThat(after.weights().names())
                    .isEqualTo(before.weights().names())
                    .noneMatch(name ->
                            after.weights().bytes(name).equals(before.weights().bytes(name)));
            assertThat(after.weights().names().contains("lm_head.weight")).isEqualTo(!tied);
        }
    }

    private static Path tied() {
        return TinyLlama.write(
                        folder.resolve("tied"),
                        new TinyOptions(4, 64, 2, 4, 2, true, 64, 3, 4, 28, 14, ChatTemplate.VICUNA_V1, 10, 4))
                .model();
    }

    @Test
    void questionsCarryALossOnlyWhereAsked() {
        double answers = column(plain, "tokens").get(0);
        assertThat(column(train("inputs", "data.train_on_inputs=true"), "tokens")
                        .get(0))
                .isGreaterThan(3 * answers);
    }

    @Test
    void validationKeepsTheBestAdapterAndAsksSamples() {
        RunFolder run = train("validated", "validation={fraction: 0.3, every: 3, samples: 2}");
        assertThat(run.adapter()).isDirectory();
        assertThat(run.lastAdapter()).isDirectory();
        assertThat(run.samples().resolve("step-000003.jsonl")).isNotEmptyFile();
    }

    @Test
    void aLlavaFolderIsForTheOtherPipeline() {
        TinyLlava llava = TinyLlava.write(folder.resolve("llava"), OPTIONS);
        assertThatThrownBy(() -> train("wrong", "model=" + llava.model()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(
                        "model_type is \"llava\"; text instruction tuning works on llama, mistral, qwen2");
        assertThat(folder.resolve("wrong")).doesNotExist();
    }

    @Test
    void rowsWithPicturesAreRefusedByName() throws IOException {
        Path data = Files.writeString(
                folder.resolve("pictures.json"),
                "[{\"id\": \"seen\", \"image\": \"x.png\", \"conversations\": [{\"from\": \"human\", \"value\":"
                        + " \"<image>\\nWhat?\"}, {\"from\": \"gpt\", \"value\": \"A ball.\"}]}]");
        assertThatThrownBy(() -> train("seeing", "data={conversations: " + data + ", template: vicuna_v1}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("seen");
    }

    @Test
    void everythingWrongIsToldBeforeAnythingIsWritten() {
        assertThatThrownBy(() -> train("bad", "adapter.targets=[q_prjo]", "data.template=llama3"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("<|eot_id|>");
        assertThatThrownBy(() -> train("bad", "adapter.targets=[q_prjo]"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("did you mean q_proj?");
        assertThat(folder.resolve("bad")).doesNotExist();
    }

    @Test
    void checkFindsNothingWrongWithWhatIsRight() {
        new InstructionTuning()
                .check(
                        new RunRequest(
                                folder.resolve("recipe.yaml"),
                                List.of("output=" + folder.resolve("checked")),
                                folder,
                                null,
                                1,
                                true),
                        false,
                        null);
        assertThat(folder.resolve("checked")).doesNotExist();
    }
}
