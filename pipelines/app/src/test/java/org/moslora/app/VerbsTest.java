package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.tensors.Digests;
import org.moslora.testing.Trees;

/** Every verb on a trained tiny LLaVA. */
class VerbsTest {
    @TempDir
    static Path folder;

    private static TinyCase tiny;
    private static Path run;

    @BeforeAll
    static void train() {
        tiny = TinyCase.in(folder);
        run = tiny.path("trained");
        Program.Outcome outcome =
                Program.run("train", tiny.recipe(), "output=" + run, "training.learning_rate=0.02", "--quiet");
        assertThat(outcome.mustSucceed().out()).isEmpty();
        assertThat(outcome.err()).isEmpty();
    }

    /** Scores of the test rows by id; each evaluation writes another file. */
    private static Map<String, Double> losses(String name, Object... more) {
        Path out = tiny.path(name + ".jsonl");
        evaluate(out, more);
        Map<String, Double> losses = new TreeMap<>();
        for (String line : TinyCase.read(out).lines().toList()) {
            JsonObject row = JsonParser.parseString(line).getAsJsonObject();
            losses.put(row.get("id").getAsString(), row.get("loss").getAsDouble());
        }
        return losses;
    }

    private static Program.Outcome evaluate(Path out, Object... more) {
        Object[] common = {
            "evaluate", "--data", tiny.llava().test(), "--images", tiny.llava().images(), "--out", out, "--quiet"
        };
        return Program.run(
                        java.util.stream.Stream.concat(java.util.Arrays.stream(common), java.util.Arrays.stream(more))
                                .toArray())
                .mustSucceed();
    }

    private static void same(Map<String, Double> actual, Map<String, Double> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((id, loss) -> assertThat(actual.get(id)).as(id).isCloseTo(loss, within(1e-5 * loss)));
    }

    @Test
    void evaluateWritesARowForEachConversationAndEndsWithASummary() {
        Path out = tiny.path("scores.jsonl");
        Program.Outcome outcome = evaluate(out, "--model", tiny.llava().model(), "--adapter", run);
        List<String> printed = outcome.out().lines().toList();
        JsonObject summary =
                JsonParser.parseString(printed.get(printed.size() - 1)).getAsJsonObject();
        assertThat(summary.keySet()).containsExactly("conversations", "tokens", "loss");
        double sum = 0;
        int tokens = 0;
        List<String> rows = TinyCase.read(out).lines().toList();
        for (String line : rows) {
            JsonObject row = JsonParser.parseString(line).getAsJsonObject();
            assertThat(row.keySet()).containsExactly("id", "loss", "tokens");
            sum += row.get("loss").getAsDouble() * row.get("tokens").getAsInt();
            tokens += row.get("tokens").getAsInt();
        }
        assertThat(rows).hasSize(summary.get("conversations").getAsInt()).hasSize(4);
        assertThat(rows.get(0)).contains("test-0000");
        assertThat(tokens).isEqualTo(summary.get("tokens").getAsInt());
        assertThat(sum / tokens).isCloseTo(summary.get("loss").getAsDouble(), within(1e-6));
    }

    @Test
    void evaluateWithAnswersComparesEveryTurn() {
        Path out = tiny.path("answers.jsonl");
        Program.Outcome outcome =
                evaluate(out, "--model", tiny.llava().model(), "--adapter", run, "--answers", "--max-new-tokens", "4");
        JsonObject summary = JsonParser.parseString(outcome.out().strip()).getAsJsonObject();
        assertThat(summary.get("accuracy").getAsDouble()).isBetween(0.0, 1.0);
        int right = 0;
        int asked = 0;
        for (String line : TinyCase.read(out).lines().toList()) {
            JsonObject row = JsonParser.parseString(line).getAsJsonObject();
            int turns = row.getAsJsonArray("expected").size();
            assertThat(row.getAsJsonArray("answers")).hasSize(turns);
            for (int i = 0; i < turns; i++) {
                boolean equal = row.getAsJsonArray("answers")
                        .get(i)
                        .getAsString()
                        .strip()
                        .equals(row.getAsJsonArray("expected")
                                .get(i)
                                .getAsString()
                                .strip());
                assertThat(row.getAsJsonArray("correct").get(i).getAsBoolean()).isEqualTo(equal);
                right += equal ? 1 : 0;
                asked++;
            }
        }
        assertThat(asked).isGreaterThan(4);
        assertThat(summary.get("accuracy").getAsDouble()).isCloseTo(right / (double) asked, within(1e-9));
    }

    @Test
    void evaluateReplacesItsFile() {
        Map<String, Double> base = losses("again", "--model", tiny.llava().model());
        Map<String, Double> adapted = losses("again", "--model", tiny.llava().model(), "--adapter", run);
        assertThat(adapted).isNotEqualTo(base);
    }

    @Test
    void anAdapterOfScaleZeroIsNone() {
        same(
                losses("zero", "--model", tiny.llava().model(), "--adapter", linearsOnly() + ":0"),
                losses("base", "--model", tiny.llava().model()));
    }

    /** The trained adapter without its projector, which has no scale. */
    private static Path linearsOnly() {
        Path copy = tiny.path("linears");
        if (!Files.exists(copy)) {
            Trees.copy(run.resolve("adapter"), copy);
            Trees.delete(copy.resolve("projector.safetensors"));
        }
        return copy;
    }

    @Test
    void chatPrintsTheAnswerAndNothingElse() {
        Object[] asked = {
            "chat",
            "--model",
            tiny.llava().model(),
            "--adapter",
            run,
            "--image",
            tiny.llava().images().resolve("train-0000.png"),
            "--max-new-tokens",
            "5",
            "What is in the picture?"
        };
        Program.Outcome first = Program.run(asked).mustSucceed();
        assertThat(first.out().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(first.err()).doesNotContain("error");
        assertThat(Program.run(asked).out()).isEqualTo(first.out());
    }

    @Test
    void sampledAnswersAreFunctionsOfTheirSeed() {
        assertThat(sampled(1)).isEqualTo(sampled(1));
        assertThat(List.of(sampled(1), sampled(2), sampled(3), sampled(4))).doesNotHaveDuplicates();
    }

    private static String sampled(int seed) {
        return Program.run(
                        "chat",
                        "--model",
                        tiny.llava().model(),
                        "--quiet",
                        "--temperature",
                        "2",
                        "--top-p",
                        "0.95",
                        "--seed",
                        seed,
                        "--max-new-tokens",
                        "12",
                        "What is it?")
                .mustSucceed()
                .out();
    }

    @Test
    void aMergedModelScoresAsTheAdapterDoes() {
        String before = Digests.sha256(tiny.llava().model().resolve("model.safetensors"));
        Path merged = tiny.path("merged");
        Program.run("merge", "--model", tiny.llava().model(), "--adapter", run, "--out", merged, "--quiet")
                .mustSucceed();
        same(
                losses("merged", "--model", merged),
                losses("adapted", "--model", tiny.llava().model(), "--adapter", run));
        assertThat(Digests.sha256(tiny.llava().model().resolve("model.safetensors")))
                .isEqualTo(before);
        for (String name : List.of("config.json", "tokenizer.json", "preprocessor_config.json")) {
            assertThat(merged.resolve(name))
                    .hasSameBinaryContentAs(tiny.llava().model().resolve(name));
        }
    }

    @Test
    void mergingReplacesOnlyWhatItWroteItself() throws IOException {
        Path out = Files.createDirectories(tiny.path("in-use"));
        List<Object> arguments = new java.util.ArrayList<>(List.of(
                "merge",
                "--model",
                tiny.llava().model(),
                "--adapter",
                run,
                "--out",
                out,
                "--quiet",
                "--dtype",
                "bf16"));
        Program.run(arguments.toArray()).mustSucceed();
        Program.Outcome refused = Program.run(arguments.toArray());
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errors()).singleElement().asString().contains("--overwrite");
        arguments.add("--overwrite");
        Program.run(arguments.toArray()).mustSucceed();
        assertThat(TinyCase.read(out.resolve("config.json"))).contains("bfloat16");
        TinyCase.write(out.resolve("mine.txt"), "keep");
        Program.Outcome foreign = Program.run(arguments.toArray());
        assertThat(foreign.code()).isEqualTo(2);
        assertThat(foreign.errors()).singleElement().asString().contains("mine.txt");
        assertThat(out.resolve("mine.txt")).hasContent("keep");
    }

    @Test
    void convertedAdaptersScoreTheSame() {
        Path peft = tiny.path("peft");
        Path back = tiny.path("back");
        Program.run("convert", "--adapter", run, "--to", "peft", "--out", peft).mustSucceed();
        Program.run("convert", "--adapter", peft, "--to", "native", "--out", back)
                .mustSucceed();
        Map<String, Double> expected = losses("trained", "--model", tiny.llava().model(), "--adapter", run);
        same(losses("peft", "--model", tiny.llava().model(), "--adapter", peft), expected);
        same(losses("back", "--model", tiny.llava().model(), "--adapter", back), expected);
    }

    @Test
    void anAdapterCutToARankSaysWhatThatLoses() {
        Path cut = tiny.path("cut");
        String told = Program.run("convert", "--adapter", run, "--to", "peft", "--out", cut, "--rank", "2")
                .mustSucceed()
                .out();
        assertThat(told).contains("cut to rank 2", "% of its energy kept");
        assertThat(Program.run("inspect", cut, "--model", tiny.llava().model())
                        .mustSucceed()
                        .out())
                .contains("lora, rank 2", "binds: 6 of 6 layers", "projector: 4 trained tensors");
        Path whole = tiny.path("uncut");
        Program.run("convert", "--adapter", run, "--to", "native", "--out", whole, "--energy", "1")
                .mustSucceed();
        same(
                losses("uncut", "--model", tiny.llava().model(), "--adapter", whole),
                losses("trained", "--model", tiny.llava().model(), "--adapter", run));
        Program.Outcome both =
                Program.run("convert", "--adapter", run, "--to", "peft", "--out", "x", "--rank", "2", "--energy", "1");
        assertThat(both.code()).isEqualTo(2);
        assertThat(both.errors()).hasSize(1);
    }

    @Test
    void inspectSaysWhatThingsAre() {
        assertThat(Program.run("inspect", tiny.llava().model()).mustSucceed().out())
                .contains("model: llava", "4 image tokens", "language_model: ");
        assertThat(Program.run("inspect", run, "--model", tiny.llava().model())
                        .mustSucceed()
                        .out())
                .contains("run: 6 steps", "moslora, rank 3, alpha 6", "6 layers adapted", "binds: 6 of 6 layers")
                .contains("q_proj, up_proj, v_proj", "projector: 4 trained tensors");
        assertThat(Program.run("inspect", run.resolve("adapter")).mustSucceed().out())
                .startsWith("adapter: moslora");
        Program.Outcome nothing = Program.run("inspect", tiny.path("nowhere"));
        assertThat(nothing.code()).isEqualTo(2);
        assertThat(nothing.errors()).hasSize(1);
        assertThat(Program.run("inspect", tiny.llava().images()).code()).isEqualTo(2);
    }

    @Test
    void checkFindsNothingWrongWithWhatIsRight() {
        Program.Outcome outcome = Program.run("check", tiny.recipe(), "--deep").mustSucceed();
        assertThat(outcome.err()).contains("10 conversations, 0 findings").contains("nothing wrong");
        assertThat(tiny.path("run")).doesNotExist();
        Program.run(
                        "check",
                        "--data",
                        tiny.llava().test(),
                        "--images",
                        tiny.llava().images())
                .mustSucceed();
    }

    @Test
    void checkReportsEverythingAtOnceAndWritesAReport() {
        Path data = tiny.dataWith(
                "checked",
                "{\"id\": \"lost\", \"image\": \"absent.png\", \"conversations\": [{\"from\": \"human\", \"value\":"
                        + " \"<image>\\nWhat?\"}, {\"from\": \"gpt\", \"value\": \"A ball.\"}]}");
        Path report = tiny.path("report.json");
        Program.Outcome outcome = Program.run(
                "check", tiny.recipe(), "data.conversations=" + data, "adapter.targets=[q_prjo]", "--report", report);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.errors()).hasSize(2);
        assertThat(outcome.err()).contains("absent.png", "did you mean q_proj?");
        assertThat(TinyCase.read(report)).contains("lost", "image-missing");
    }

    @Test
    void checkDecodesPicturesOnlyWhenAsked() throws IOException {
        Path images = Trees.copy(tiny.llava().images(), tiny.path("cut-images"));
        Path picture = images.resolve("train-0003.png");
        byte[] whole = Files.readAllBytes(picture);
        Files.write(picture, java.util.Arrays.copyOf(whole, whole.length * 3 / 4));
        Object[] arguments = {"check", tiny.recipe(), "data.images=" + images};
        Program.run(arguments).mustSucceed();
        Program.Outcome deep = Program.run(arguments[0], arguments[1], arguments[2], "--deep");
        assertThat(deep.code()).isEqualTo(2);
        assertThat(deep.errors()).hasSize(1);
        assertThat(deep.err()).contains("train-0003.png");
    }

    @Test
    void theLastOfAnOptionGivenTwiceCounts() {
        Program.run(
                        "inspect",
                        run,
                        "--model",
                        tiny.path("nowhere"),
                        "--model",
                        tiny.llava().model())
                .mustSucceed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "evaluate", "chat", "merge", "convert", "inspect", "check"})
    void everyVerbHasHelp(String verb) {
        Program.Outcome outcome = Program.run(verb, "--help").mustSucceed();
        assertThat(outcome.out()).contains("Usage: moslora " + verb);
    }

    @Test
    void theProgramSaysWhatItIs() {
        assertThat(Program.run("--version").mustSucceed().out()).startsWith("moslora ");
        assertThat(Program.run().mustSucceed().out()).contains("train", "evaluate", "chat");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "trian",
                "train --rezume x",
                "train",
                "train a.yaml b.yaml",
                "evaluate",
                "chat --model m --image",
                "convert --adapter a --to kohya --out o",
                "merge --model m --out o",
                "merge --model m --adapter a",
                "chat --model m --temperature hot x",
                "train --threads many r.yaml",
                "check",
                "inspect",
                "evaluate --model m --data d --out o --task sums",
                "chat --model m --top-p 0 x",
                "convert --adapter a --to peft --out o --dtype int8",
                "train r.yaml --precision fp8"
            })
    void whatIsNoCommandEndsWithTwoAndALine(String line) {
        Program.Outcome outcome = Program.run((Object[]) line.split(" "));
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.errors()).isNotEmpty();
        assertThat(outcome.err()).doesNotContain("\tat ");
        assertThat(outcome.out()).isEmpty();
    }
}
