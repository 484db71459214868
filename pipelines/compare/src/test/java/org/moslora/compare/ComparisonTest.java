package org.moslora.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** The order of a comparison, its choice of rates, its arithmetic and its patience, with a program that only pretends. */
final class ComparisonTest {
    private static final String HEAD = """
            pipeline: fake
            model: model
            output: out
            data: {conversations: train.json}
            """;
    private static final String BLOCK = """
            compare:
              kinds: [lora, moslora]
              ranks: [2, 4]
              learning_rates: [1.0e-3, 1.0e-2]
              seeds: [0, 1, 2]
              rate_seeds: [0, 1]
              validation: [validation.json]
              test: [test.json]
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void data() throws IOException {
        for (String file : List.of("validation.json", "test.json")) {
            Files.writeString(folder.resolve(file), "[]");
        }
        String rows = IntStream.range(0, 30)
                .mapToObj(i -> "{\"id\": \"" + i + "\"}")
                .reduce((one, other) -> one + ", " + other)
                .orElseThrow();
        Files.writeString(folder.resolve("train.json"), "[" + rows + "]");
    }

    /** Validation likes the high rate for LoRA and the low one for MoSLoRA; testing would choose the other way round. */
    private static double score(String run) {
        boolean high = run.contains("lr1e-2");
        boolean lora = run.startsWith("lora");
        int seed = run.charAt(run.indexOf("-s") + 2) - '0';
        if (run.endsWith("validation")) {
            return (high == lora ? 0.8 : 0.6) + 0.01 * seed;
        }
        return (high == lora ? 0.5 : 0.9) + 0.02 * seed * (lora ? 1 : 2);
    }

    @Test
    void ratesAreChosenOnValidationAndScoresAreTests() throws IOException {
        FakeProgram program = new FakeProgram(ComparisonTest::score);
        compare(HEAD + BLOCK, program);
        JsonArray rows = report().getAsJsonArray("rows");
        assertThat(rows).hasSize(4);
        JsonObject lora = rows.get(0).getAsJsonObject();
        JsonObject moslora = rows.get(1).getAsJsonObject();
        assertThat(lora.get("learning_rate").getAsDouble()).isEqualTo(1e-2);
        assertThat(moslora.get("learning_rate").getAsDouble()).isEqualTo(1e-3);
        assertThat(lora.get("test_mean").getAsDouble()).isCloseTo(0.52, within(1e-9));
        assertThat(moslora.get("difference").getAsDouble()).isCloseTo(0.02, within(1e-9));
        assertThat(moslora.get("p").getAsDouble()).isBetween(0.2, 0.3);
        assertThat(lora.get("difference").isJsonNull()).isTrue();
        assertThat(lora.get("seconds").getAsDouble()).isEqualTo(5);
        assertThat(lora.get("peak_rss_bytes").getAsLong()).isEqualTo(1020);
        assertThat(Files.readString(folder.resolve("out/comparison.md"))).contains("| moslora | 2 | all | 1e-3 |");
        assertThat(Files.readAllLines(folder.resolve("out/comparison.csv"))).hasSize(5);
        assertThat(folder.resolve("out/rates-r2.png")).exists();
        assertThat(folder.resolve("out/ranks.png")).exists();
    }

    @Test
    void aModelThatWasTrainedWholeIsScoredAsOne() throws IOException {
        FakeProgram program = new FakeProgram(run -> run.startsWith("full") ? 0.75 : 0.5);
        compare(HEAD + BLOCK.replace("[lora, moslora]", "[lora, full]").replace("  ranks: [2, 4]\n", ""), program);
        JsonObject full = report().getAsJsonArray("rows").get(1).getAsJsonObject();
        assertThat(full.get("test_mean").getAsDouble()).isEqualTo(0.75);
        assertThat(full.get("parameters").getAsLong()).isEqualTo(7);
        assertThat(program.commands)
                .filteredOn(words -> words.get(0).equals("evaluate"))
                .allMatch(
                        words -> words.contains("--adapter") != words.toString().contains("/full-"));
    }

    /** 2 kinds × 2 ranks × (2 rates × 2 seeds + 1 seed more at the chosen rate); each is trained once. */
    @Test
    void everyKindGetsTheSameBudget() {
        FakeProgram program = new FakeProgram(ComparisonTest::score);
        compare(HEAD + BLOCK, program);
        List<List<String>> trained = program.commands.stream()
                .filter(words -> words.get(0).equals("train"))
                .toList();
        assertThat(trained).hasSize(20).doesNotHaveDuplicates();
        for (String kind : List.of("adapter.kind=lora", "adapter.kind=moslora")) {
            assertThat(trained).filteredOn(words -> words.contains(kind)).hasSize(10);
        }
        assertThat(program.commands).hasSize(20 + 16 + 12);
    }

    @Test
    void whatWasFinishedIsNotDoneAgain() throws IOException {
        FakeProgram dying = new FakeProgram(ComparisonTest::score).dyingAfter(5);
        assertThatThrownBy(() -> compare(HEAD + BLOCK, dying)).hasMessage("killed");
        FakeProgram next = new FakeProgram(ComparisonTest::score);
        compare(HEAD + BLOCK, next);
        List<List<String>> trained = next.commands.stream()
                .filter(words -> words.get(0).equals("train"))
                .toList();
        assertThat(trained).hasSize(15);
        assertThat(trained.get(0)).as("begun before").contains("--resume");
        assertThat(trained.subList(1, 15)).noneMatch(words -> words.contains("--resume"));
        JsonObject whole = report();
        FakeProgram again = new FakeProgram(ComparisonTest::score);
        compare(HEAD + BLOCK, again);
        assertThat(again.commands).isEmpty();
        assertThat(report()).isEqualTo(whole);
    }

    @Test
    void theBlockMayGrowButNotTheRecipeChange() {
        compare(HEAD + BLOCK, new FakeProgram(ComparisonTest::score));
        FakeProgram more = new FakeProgram(ComparisonTest::score);
        compare(HEAD + BLOCK.replace("[0, 1, 2]", "[0, 1, 2, 3]"), more);
        assertThat(more.commands).hasSize(8);
        FakeProgram none = new FakeProgram(ComparisonTest::score);
        assertThatThrownBy(() -> compare(HEAD + "adapter: {alpha: 7}\n" + BLOCK, none))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("another recipe");
        assertThat(none.commands).isEmpty();
    }

    @Test
    void smallerDataIsPartOfLarger() throws IOException {
        FakeProgram program = new FakeProgram(ComparisonTest::score);
        compare(HEAD + BLOCK + "  rows: [5, 20]\n", program);
        JsonArray few = array("out/data/rows-5.json");
        JsonArray many = array("out/data/rows-20.json");
        assertThat(few).hasSize(5);
        assertThat(many).hasSize(20).containsAll(few);
        assertThat(program.commands.get(0)).contains("data.conversations=" + folder.resolve("out/data/rows-5.json"));
        assertThat(report().getAsJsonArray("rows")).hasSize(8);
        assertThat(folder.resolve("out/rows-r2.png")).exists();
        assertThat(folder.resolve("other")).doesNotExist();
        assertThatThrownBy(() -> compare(
                        HEAD.replace("output: out", "output: other") + BLOCK + "  rows: [31]\n",
                        new FakeProgram(ComparisonTest::score)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("wants 31 rows, but data.conversations has 30");
    }

    @Test
    void allProblemsAreToldTogether() {
        assertThatThrownBy(() -> compare(HEAD + """
                        adapter: {kind: nonsense}
                        compare:
                          kinds: [lora]
                          ranks: [2, 2]
                          baseline: dora
                          learning_rates: [1, 2]
                          seedz: [1]
                        """, new FakeProgram(run -> 0)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("adapter.kind must be one of")
                .hasMessageContaining("compare.seedz is not a setting")
                .hasMessageContaining("did you mean seeds")
                .hasMessageContaining("names no variant \"dora\"")
                .hasMessageContaining("same value twice")
                .hasMessageContaining("compare.test is missing")
                .hasMessageContaining("compare.validation is missing");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aRefusedVariantIsAProblemUnlessItMayBe() throws IOException {
        String zero = HEAD + BLOCK + "  variants: {zero: {adapter.mixer_init: zero}, odd: {adapter.kind: nonsense}}\n";
        assertThatThrownBy(() -> compare(zero, new FakeProgram(ComparisonTest::score)))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        invalid -> assertThat(invalid.problems()).hasSize(2));
        compare(zero + "  may_be_refused: [zero, odd]\n", new FakeProgram(ComparisonTest::score));
        assertThat(Files.readString(folder.resolve("out/comparison.md")))
                .contains("| zero | refused: adapter.mixer_init: starts at zero while B is zero");
        assertThat(report().getAsJsonArray("rows")).hasSize(6);
    }

    @Test
    void whereOnlyTrainingCanBeMeasuredItsEndIs() throws IOException {
        FakeProgram program = new FakeProgram(run -> 0);
        compare(HEAD + "compare: {kinds: [lora, moslora], metric: training_loss, seeds: [3]}\n", program);
        assertThat(program.commands).hasSize(2).allMatch(words -> words.get(0).equals("train"));
        JsonObject lora = report().getAsJsonArray("rows").get(0).getAsJsonObject();
        assertThat(lora.get("test_mean").getAsDouble()).isEqualTo(0.5);
        assertThat(lora.get("test_standard_error").isJsonNull()).isTrue();
    }

    @Test
    void picturesHaveNoAccuracy() {
        String pictures = HEAD.replace("data: {conversations: train.json}\n", "");
        assertThatThrownBy(() -> compare(pictures + BLOCK + "  rows: [3]\n", new FakeProgram(run -> 0)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("compare.metric: is accuracy, which is of conversations")
                .hasMessageContaining("compare.rows: counts rows");
    }

    @Test
    void theRecipesDeviceIsTheScoresToo() {
        FakeProgram program = new FakeProgram(ComparisonTest::score);
        compare(HEAD + "device: cpu\n" + BLOCK, program);
        assertThat(program.commands)
                .filteredOn(words -> words.get(0).equals("evaluate"))
                .isNotEmpty()
                .allMatch(words -> words.get(words.indexOf("--device") + 1).equals("cpu"));
    }

    @Test
    void ratesAreShortAndExact() {
        assertThat(Trial.rate(3e-3)).isEqualTo("3e-3");
        assertThat(Trial.rate(1.25e-4)).isEqualTo("1.25e-4");
        assertThat(Double.parseDouble(Trial.rate(0.02))).isEqualTo(0.02);
        assertThat(Trial.rate(10)).isEqualTo("1e1");
    }

    private void compare(String recipe, Program program) {
        try {
            Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe);
            Comparison.run(file, List.of(), folder, 1, true, program);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private JsonObject report() throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("out/comparison.json")))
                .getAsJsonObject();
    }

    private JsonArray array(String name) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve(name))).getAsJsonArray();
    }
}
