package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.Trees;

/** Wrong inputs: exit code 2, a line for each problem that says where, no stack trace, the run folder untouched. */
class BadInputTest {
    private static final String PICTURE = "train-0000.png";

    @TempDir
    static Path folder;

    private static TinyCase tiny;
    private static int runs;

    @BeforeAll
    static void make() {
        tiny = TinyCase.in(folder);
    }

    /** Trains with overrides, which must be refused with so many lines, in which every word comes up. */
    private static void refused(int lines, List<String> words, Object... overrides) {
        Path run = tiny.path("refused-" + runs++);
        List<Object> arguments = new ArrayList<>(List.of("train", tiny.recipe(), "output=" + run, "--quiet"));
        arguments.addAll(Arrays.asList(overrides));
        Program.Outcome outcome = Program.run(arguments.toArray());
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.errors()).as(outcome.err()).hasSize(lines);
        assertThat(outcome.err()).contains(words).doesNotContain("\tat ", "Exception");
        assertThat(outcome.out()).isEmpty();
        assertThat(run).doesNotExist();
    }

    private static void refusedModel(Path model, String... words) {
        refused(1, List.of(words), "model=" + model);
    }

    /** A row with this picture, or none, and these turns. */
    private static void refusedRow(String id, String picture, List<String> turns, String... words) {
        JsonObject row = new JsonObject();
        row.addProperty("id", id);
        if (!picture.isEmpty()) {
            row.addProperty("image", picture);
        }
        row.add("conversations", JsonParser.parseString("[" + String.join(",", turns) + "]"));
        List<String> expected = new ArrayList<>(List.of(words));
        expected.add(id);
        refused(1, expected, "data.conversations=" + tiny.dataWith(id, row.toString()));
    }

    private static String said(String from, String value) {
        JsonObject turn = new JsonObject();
        turn.addProperty("from", from);
        turn.addProperty("value", value);
        return turn.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"visual-tuning", "something"})
    void aWrongPipelineHidesNoOtherMistake(String name) {
        refused(
                3,
                List.of("no pipeline \"" + name + "\"", "adapter.rank must be at least 1", "nowhere"),
                "pipeline=" + name,
                "adapter.rank=0",
                "data.conversations=" + tiny.path("nowhere"));
    }

    @Test
    void aModelThatIsNotThere() {
        refusedModel(tiny.path("nowhere"), "nowhere");
    }

    @Test
    void aModelWithoutConfig() {
        Path model = tiny.model("no-config");
        Trees.delete(model.resolve("config.json"));
        refusedModel(model, "config.json");
    }

    @ParameterizedTest
    @CsvSource({"model_type, video_llava", "quantization_config, 4", "image_token_index, 99999", "image_seq_length, 17"
    })
    void aConfigThatCannotBeRun(String key, String value) {
        refusedModel(tiny.modelWith("config-" + key, config -> config.add(key, JsonParser.parseString(value))), key);
    }

    @Test
    void aConfigThatIsNotOfTheseWeights() {
        Path model = tiny.modelWith(
                "wider", config -> config.getAsJsonObject("text_config").addProperty("intermediate_size", 96));
        Program.Outcome outcome =
                Program.run("train", tiny.recipe(), "model=" + model, "output=" + tiny.path("wider-run"), "--quiet");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("up_proj").contains("96").contains("128");
        assertThat(tiny.path("wider-run")).doesNotExist();
    }

    @Test
    void aTruncatedModel() throws IOException {
        Path model = tiny.model("cut");
        Path file = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1000));
        refusedModel(model, "model.safetensors");
    }

    @Test
    void aMissingShard() throws IOException {
        Path model = sharded("sharded");
        Files.delete(model.resolve("model-00002-of-00003.safetensors"));
        refusedModel(model, "model-00002-of-00003.safetensors");
    }

    /** The model in three files with an index. */
    private static Path sharded(String name) throws IOException {
        Path model = tiny.model(name);
        Path file = model.resolve("model.safetensors");
        try (WeightSource source = SafetensorsFile.open(file)) {
            long limit = Files.size(file) / 3 + 30_000;
            List<TensorData> tensors = source.names().stream()
                    .map(key -> TensorData.copy(source, key))
                    .toList();
            SafetensorsWriter.writeSharded(model, WeightName.MODEL, limit, tensors, Map.of());
        }
        Files.delete(file);
        try (Stream<Path> files = Files.list(model)) {
            assertThat(files.filter(path -> path.toString().endsWith(".safetensors")))
                    .hasSize(3);
        }
        return model;
    }

    @Test
    void shardsWithAllTheirFilesAreFine() throws IOException {
        Program.run(
                        "train",
                        tiny.recipe(),
                        "model=" + sharded("whole-shards"),
                        "output=" + tiny.path("sharded-run"),
                        "training.max_steps=1",
                        "--quiet")
                .mustSucceed();
    }

    @Test
    void aGitLfsPointerAndPickles() throws IOException {
        Path pointer = tiny.model("pointer");
        Files.writeString(
                pointer.resolve("model.safetensors"),
                "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 4242\n");
        refusedModel(pointer, "Git LFS pointer");
        Path pickled = tiny.model("pickled");
        Files.move(pickled.resolve("model.safetensors"), pickled.resolve("pytorch_model.bin"));
        refusedModel(pickled, "pytorch_model.bin", "pickle");
    }

    @Test
    void aModelThatLacksATensorOrHasOneTooMany() {
        Path model = tiny.model("lacking");
        Path file = model.resolve("model.safetensors");
        Path other = tiny.path("lacking.safetensors");
        try (WeightSource source = ModelFolder.open(model)) {
            List<TensorData> tensors = new ArrayList<>();
            for (String key : source.names()) {
                String name = key.endsWith("layers.1.self_attn.k_proj.weight") ? key.replace("k_proj", "kk_proj") : key;
                tensors.add(TensorData.copy(source, key, name));
            }
            SafetensorsWriter.write(other, tensors, Map.of());
        }
        Trees.delete(file);
        Trees.copy(other, file);
        Program.Outcome outcome =
                Program.run("train", tiny.recipe(), "model=" + model, "output=" + tiny.path("lacking-run"), "--quiet");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("self_attn.k_proj.weight", "kk_proj");
        assertThat(tiny.path("lacking-run")).doesNotExist();
    }

    @Test
    void aTokenizerOfAnotherModel() throws IOException {
        Path absent = tiny.model("no-tokenizer");
        Files.delete(absent.resolve("tokenizer.json"));
        refusedModel(absent, "tokenizer.json");
        Path small = tiny.modelWith("tokens", config -> config.addProperty("image_token_index", 7));
        refusedModel(small, "image_token_index", "7");
    }

    @Test
    void picturesOfAnotherSize() throws IOException {
        Path model = tiny.model("sized");
        Path file = model.resolve("preprocessor_config.json");
        Files.writeString(file, Files.readString(file).replace("28", "42"));
        refusedModel(model, "preprocessor_config.json", "42x42", "28x28");
    }

    @Test
    void picturesThatAreMissingOrNone() throws IOException {
        List<String> turns = List.of(said("human", "<image>\nWhat?"), said("gpt", "A ball."));
        refusedRow("lost", "absent.jpg", turns, "absent.jpg");
        Path images = tiny.llava().images();
        Files.writeString(images.resolve("page.jpg"), "<html><body>404</body></html>");
        refusedRow("page", "page.jpg", turns, "page.jpg");
        Files.write(images.resolve("empty.png"), new byte[0]);
        refusedRow("empty", "empty.png", turns, "empty.png");
        refusedRow("outside", "../train.json", turns, "../train.json");
    }

    @Test
    void tagsThatDoNotMatchTheirPictures() {
        refusedRow("tag-alone", "", List.of(said("human", "<image>\nWhat?"), said("gpt", "A ball.")), "<image>");
        refusedRow(
                "tag-twice",
                PICTURE,
                List.of(said("human", "<image><image>\nWhat?"), said("gpt", "A ball.")),
                "2",
                "1");
        refusedRow("tag-answer", "", List.of(said("human", "What?"), said("gpt", "An <image>.")), "answer", "<image>");
    }

    @Test
    void conversationsThatAreNone() {
        refusedRow("no-turns", "", List.of(), "no turns");
        refusedRow("blank", "", List.of(said("human", "What?"), said("gpt", "  ")), "empty");
        refusedRow("stranger", "", List.of(said("human", "What?"), said("parrot", "What?")), "parrot");
        refusedRow(
                "two-questions",
                "",
                List.of(said("human", "What?"), said("human", "Why?"), said("gpt", "A ball.")),
                "alternate");
        refusedRow("unanswered", "", List.of(said("human", "What?")), "no answer");
    }

    @Test
    void allBadRowsAreToldTogether() {
        String turns = "[" + said("human", "<image>\nWhat?") + "," + said("gpt", "A ball.") + "]";
        Path data = tiny.path("many.json");
        TinyCase.write(
                data,
                "[{\"id\": \"a\", \"image\": \"no.png\", \"conversations\": " + turns
                        + "}, {\"id\": \"b\", \"conversations\": " + turns
                        + "}, {\"id\": \"c\", \"conversations\": []}]");
        refused(3, List.of("no.png", "a", "b", "c"), "data.conversations=" + data);
    }

    @Test
    void rowsThatDoNotFit() {
        refused(10, List.of("max_length"), "data.max_length=20");
    }

    @Test
    void skippingTooManyRows() {
        Path data = tiny.dataWith("skipped", "{\"id\": \"odd\", \"conversations\": [" + said("human", "What?") + "]}");
        refused(2, List.of("1 %", "odd"), "data.conversations=" + data, "data.on_bad_sample=skip");
    }

    @Test
    void dataThatIsNoJson() {
        Path data = tiny.path("broken.json");
        TinyCase.write(data, "[{\"id\": ");
        refused(1, List.of("broken.json"), "data.conversations=" + data);
        TinyCase.write(data, "[]");
        refused(1, List.of("broken.json"), "data.conversations=" + data);
    }

    @Test
    void aPictureThatOnlyBreaksWhileTrainingIsNamed() throws IOException {
        Path images = Trees.copy(tiny.llava().images(), tiny.path("cut-images"));
        byte[] whole = Files.readAllBytes(images.resolve(PICTURE));
        Files.write(images.resolve(PICTURE), Arrays.copyOf(whole, whole.length * 3 / 4));
        Program.Outcome outcome = Program.run(
                "train", tiny.recipe(), "data.images=" + images, "output=" + tiny.path("cut-run"), "--quiet");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.errors()).hasSize(1);
        assertThat(outcome.err()).contains(PICTURE);
    }

    @Test
    void recipesWithUnknownKeysAreToldTogether() {
        refused(1, List.of("rnak", "rank"), "adapter.rnak=8");
        Path recipe = tiny.path("wrong.yaml");
        TinyCase.write(
                recipe,
                TinyCase.read(tiny.recipe())
                        .replace("learning_rate", "lerning_rate")
                        .replace("template", "tmplate"));
        Program.Outcome outcome = Program.run("train", recipe, "output=" + tiny.path("wrong-run"));
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.errors()).hasSize(2);
        assertThat(outcome.err()).contains("lerning_rate", "learning_rate", "tmplate", "template", "wrong.yaml:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "adapter.rank=0 | rank",
                "adapter.rank=many | rank",
                "adapter.alpha=-1 | alpha",
                "adapter.dropout=1 | dropout",
                "adapter.mixer_init=zero | never learns",
                "adapter.kind=mosslora | moslora",
                "adapter.targets=[q_prjo] | did you mean q_proj?",
                "adapter.exclude=[all-linear] | choose no layer",
                "adapter.layers=9 | layers",
                "training.quantize=nf5 | nf4",
                "training.precision=fp8 | fp8",
                "training.max_steps=0 | max_steps",
                "training.betas=[0.9] | betas",
                "training.schedule=sine | cosine",
                "training.warmup_ratio=2 | warmup_ratio",
                "data.template=vicuna | vicuna_v1",
                "data.image_aspect=stretch | pad",
                "data.order=random | shuffled",
                "device=tpu | cuda",
                "device=cuda:99 | CUDA devices",
                "validation.fraction=1 | fraction",
                "validation.fraction=0.01 | leaves one side empty",
                "pipeline=visual-tuning | visual-instruction-tuning",
                "data.images=nowhere | nowhere",
                "data.conversations=nowhere.json | nowhere.json",
                "adapter.init_from=nowhere | nowhere",
                "training.seed=1.5 | seed"
            })
    void settingsThatCannotBe(String override, String word) {
        refused(1, List.of(word), override);
    }

    @Test
    void anAdapterThatDoesNotFit() throws IOException {
        Path run = tiny.path("fitting");
        Program.run("train", tiny.recipe(), "output=" + run, "training.max_steps=1", "--quiet")
                .mustSucceed();
        refused(1, List.of("rank 3", "the recipe 5"), "adapter.init_from=" + run, "adapter.rank=5", "adapter.alpha=10");
        Path stranger = Trees.copy(run.resolve("adapter"), tiny.path("stranger"));
        rename(stranger.resolve("adapter_model.safetensors"), ".layers.", ".blocks.");
        Program.Outcome outcome = Program.run(
                "evaluate",
                "--model",
                tiny.llava().model(),
                "--adapter",
                stranger,
                "--data",
                tiny.llava().test(),
                "--images",
                tiny.llava().images(),
                "--out",
                tiny.path("none.jsonl"),
                "--quiet");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.errors()).hasSize(1);
        assertThat(outcome.err()).contains("bind to no linear", "nearest linear");
        assertThat(tiny.path("none.jsonl")).doesNotExist();
        Program.Outcome merged = Program.run(
                "merge", "--model", tiny.llava().model(), "--adapter", stranger, "--out", tiny.path("none"), "--quiet");
        assertThat(merged.code()).isEqualTo(2);
        assertThat(tiny.path("none")).doesNotExist();
    }

    private static void rename(Path file, String part, String other) throws IOException {
        Path renamed = file.resolveSibling("renamed");
        try (WeightSource source = SafetensorsFile.open(file)) {
            List<TensorData> tensors = source.names().stream()
                    .map(key -> TensorData.copy(source, key, key.replace(part, other)))
                    .toList();
            SafetensorsWriter.write(renamed, tensors, Map.of());
        }
        Files.move(renamed, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aRunFolderThatHoldsFilesStaysAsItIs() throws IOException {
        Path run = Files.createDirectories(tiny.path("mine"));
        TinyCase.write(run.resolve("notes.txt"), "keep");
        Program.Outcome outcome = Program.run("train", tiny.recipe(), "output=" + run, "--quiet");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.errors()).hasSize(1);
        try (Stream<Path> left = Files.list(run)) {
            assertThat(left).containsExactly(run.resolve("notes.txt"));
        }
    }

    @Test
    void resumingWhatIsNoRun() {
        Program.Outcome outcome = Program.run("train", "--resume", tiny.path("no-run"));
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("no-run");
    }

    @Test
    void keysValuesAndPathsThatAreWrongAreToldTogether() {
        refused(
                4,
                List.of("rnak", "must be at least 1, got 0", "nowhere.json", "no-model"),
                "adapter.rnak=1",
                "adapter.rank=0",
                "data.conversations=nowhere.json",
                "model=no-model");
    }

    @Test
    void onlyDebuggingShowsAStackTrace() {
        Program.Outcome outcome = Program.run("inspect", tiny.path("nowhere"), "--debug");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("\tat ");
    }
}
