package org.moslora.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.problems.InvalidInput;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;

/** Whole trainings of a tiny model on pairs of answers about pictures. */
class PreferenceTuningTest {
    private static final String RECIPE = """
        pipeline: preference-tuning
        model: model
        output: run
        adapter: {kind: moslora, rank: 3, alpha: 6}
        preference: {beta: 0.5}
        data: {conversations: pairs.json, images: images, order: sequential}
        training:
          learning_rate: 5.0e-3
          schedule: constant
          warmup_steps: 0
          max_steps: 6
          batch_size: 2
          gradient_accumulation: 2
          checkpoint_every: 3
          seed: 3
        """;

    @TempDir
    static Path folder;

    private static RunFolder plain;

    @BeforeAll
    static void train() throws IOException {
        TinyLlava tiny =
                TinyLlava.write(folder, TinyOptions.standard().withSeed(4).withPictures(4, 1));
        JsonArray pairs = new JsonArray();
        for (JsonElement row :
                JsonParser.parseString(Files.readString(tiny.train())).getAsJsonArray()) {
            pairs.add(pair(row.getAsJsonObject()));
        }
        Files.writeString(folder.resolve("pairs.json"), pairs.toString());
        Files.writeString(folder.resolve("recipe.yaml"), RECIPE);
        plain = train("plain", null);
    }

    /** The row's last answer as the better one, as LLaMA-Factory lays pairs out. */
    private static JsonObject pair(JsonObject row) {
        JsonArray turns = row.getAsJsonArray("conversations");
        JsonObject chosen = turns.remove(turns.size() - 1).getAsJsonObject();
        JsonObject rejected = chosen.deepCopy();
        rejected.addProperty("value", "a yellow square");
        row.add("chosen", chosen);
        row.add("rejected", rejected);
        return row;
    }

    private static RunFolder train(String name, Path resumed, String... overrides) {
        List<String> all = new ArrayList<>(Arrays.asList(overrides));
        all.add("output=" + folder.resolve(name));
        new PreferenceTuning().train(new RunRequest(folder.resolve("recipe.yaml"), all, folder, resumed, 1, true));
        return new RunFolder(folder.resolve(name));
    }

    private static List<Double> column(RunFolder run, String name) {
        return Metrics.rows(run.metrics()).stream()
                .map(row -> row.get(name).getAsDouble())
                .toList();
    }

    private static double last(RunFolder run, String name) {
        List<Double> column = column(run, name);
        return column.get(column.size() - 1);
    }

    @Test
    void itBeginsUndecidedAndLearnsWhichIsBetter() {
        assertThat(column(plain, "loss").get(0)).isCloseTo(Math.log(2), within(1e-4));
        assertThat(column(plain, "reward_margin").get(0)).isCloseTo(0, within(1e-3));
        assertThat(last(plain, "reward_margin")).isGreaterThan(0.1);
        assertThat(last(plain, "loss")).isLessThan(Math.log(2) - 0.05);
        assertThat(last(plain, "reward_chosen") - last(plain, "reward_rejected"))
                .isCloseTo(last(plain, "reward_margin"), within(1e-9));
        assertThat(plain.adapter().resolve("adapter_model.safetensors")).exists();
    }

    /** The reference is the same model without its adapter, so its weights are brought for both. */
    @Test
    void offloadedWeightsGiveTheSameBytes() throws IOException {
        RunFolder whole = train("whole", null, "training.precision=bf16", "training.max_steps=2");
        RunFolder run = train(
                "offloaded", null, "training.precision=bf16", "training.max_steps=2", "training.weights_keep_gib=0");
        String file = "adapter_model.safetensors";
        assertThat(Files.readAllBytes(run.adapter().resolve(file)))
                .isEqualTo(Files.readAllBytes(whole.adapter().resolve(file)));
        assertThat(column(run, "loss")).isEqualTo(column(whole, "loss"));
    }

    @Test
    void aRunThatIsResumedEndsInTheSameBytes() throws IOException {
        RunFolder broken = train("broken", null, "training.max_steps=3");
        RunFolder resumed = train("broken", broken.path(), "training.max_steps=6");
        String file = "adapter_model.safetensors";
        assertThat(Files.readAllBytes(resumed.adapter().resolve(file)))
                .isEqualTo(Files.readAllBytes(plain.adapter().resolve(file)));
        assertThat(column(resumed, "loss")).isEqualTo(column(plain, "loss"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dora", "loha", "lokr"})
    void theReferenceIsTheBaseWhateverIsTrained(String kind) {
        RunFolder run = train(kind, null, "adapter.kind=" + kind, "training.max_steps=3");
        assertThat(column(run, "loss").get(0)).isCloseTo(Math.log(2), within(1e-4));
        assertThat(last(run, "reward_margin")).isGreaterThan(0);
    }

    @Test
    void aModelThatIsTrainedWholeIsHeldAgainstItsBeginning() throws IOException {
        Path recipe = folder.resolve("full.yaml");
        Files.writeString(recipe, RECIPE.replace("{kind: moslora, rank: 3, alpha: 6}", "{kind: full}"));
        List<String> overrides = List.of("output=" + folder.resolve("full"), "training.max_steps=3");
        new PreferenceTuning().train(new RunRequest(recipe, overrides, folder, null, 1, true));
        RunFolder run = new RunFolder(folder.resolve("full"));
        assertThat(column(run, "loss").get(0)).isCloseTo(Math.log(2), within(1e-4));
        assertThat(last(run, "reward_margin")).isGreaterThan(0);
    }

    @Test
    void towersTrainedAndQuantisedBasesTakePairs() {
        RunFolder run = train(
                "tower",
                null,
                "vision.adapter.kind=lora",
                "training.quantize=nf4",
                "training.max_steps=3",
                "validation.fraction=0.25",
                "validation.every=1");
        assertThat(column(run, "loss").get(0)).isCloseTo(Math.log(2), within(1e-4));
        assertThat(last(run, "reward_margin")).isGreaterThan(0);
    }

    @Test
    void textModelsTakePairsAsTrlHasThem() throws IOException {
        TinyLlama text = TinyLlama.write(
                folder.resolve("text"), TinyOptions.standard().withSeed(4).withPictures(4, 1));
        Path pairs = folder.resolve("trl.jsonl");
        String prompt = "{\"prompt\": [{\"role\": \"user\", \"content\": \"Is the %s red?\"}], ";
        String answers = "\"chosen\": [{\"role\": \"assistant\", \"content\": \"yes\"}],"
                + " \"rejected\": [{\"role\": \"assistant\", \"content\": \"no\"}]}\n";
        StringBuilder lines = new StringBuilder();
        List.of("ball", "box", "sea", "sky").forEach(thing -> lines.append(prompt.formatted(thing) + answers));
        Files.writeString(pairs, lines);
        RunFolder run =
                train("text-run", null, "model=" + text.model(), "data.conversations=" + pairs, "training.max_steps=3");
        assertThat(column(run, "loss").get(0)).isCloseTo(Math.log(2), within(1e-4));
        assertThat(last(run, "reward_accuracy")).isEqualTo(1);
        assertThatThrownBy(() -> train(
                        "text-tower",
                        null,
                        "model=" + text.model(),
                        "data.conversations=" + pairs,
                        "vision.adapter.kind=lora"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("text model");
    }

    @ParameterizedTest
    @CsvSource({
        "preference.beta=0, beta",
        "preference.label_smoothing=0.5, label_smoothing",
        "data.train_on_inputs=true, train_on_inputs"
    })
    void whatCannotBeLearntIsRefused(String override, String named) {
        assertThatThrownBy(() -> train("refused", null, override))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(named);
        assertThat(folder.resolve("refused")).doesNotExist();
    }
}
