package org.moslora.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.pictures.judge.Judge;
import org.moslora.problems.InvalidInput;

/** The files that a comparison leaves say the same, each in its own way, and rates are chosen as they say. */
class ReportFilesTest {
    private static final String RECIPE = """
            pipeline: fake
            model: model
            output: out
            data: {conversations: train.json}
            compare:
              kinds: [lora, moslora]
              variants: {"dora-8": {adapter.kind: dora, adapter.targets: "[q_proj, v_proj]"}}
              learning_rates: [1.0e-3, 1.0e-2, 1.0e-1]
              seeds: [0, 1, 2]
              rate_seeds: [1]
              metric: METRIC
              validation: [validation.json]
              test: [test.json]
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        for (String name : List.of("train.json", "validation.json", "test.json")) {
            Files.writeString(folder.resolve(name), "[]");
        }
    }

    /** By variant, rate and seed; the middle rate is the best, the greater two are alike for MoSLoRA. */
    private static double accuracy(String run) {
        double seed = 0.01 * (run.charAt(run.indexOf("-s") + 2) - '0');
        if (run.startsWith("moslora")) {
            return (run.contains("lr1e-3") ? 0.3 : 0.6) + 2 * seed;
        }
        return (run.contains("lr1e-2") ? 0.5 : 0.2) + (run.startsWith("dora") ? 0.125 * seed : seed);
    }

    private FakeProgram compare(String metric) throws IOException {
        Path file = Files.writeString(folder.resolve("recipe.yaml"), RECIPE.replace("METRIC", metric));
        FakeProgram program = new FakeProgram(ReportFilesTest::accuracy);
        Comparison.run(file, List.of("training.batch_size=2", "note=\"a, b\""), folder, 1, true, program);
        return program;
    }

    private JsonObject json() throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("out/comparison.json")))
                .getAsJsonObject();
    }

    /** As RFC 4180 has it. */
    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (char letter : (line + ",").toCharArray()) {
            if (letter == '"') {
                quoted = !quoted;
            }
            if (letter == ',' && !quoted) {
                String text = cell.toString();
                cells.add(
                        text.startsWith("\"")
                                ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
                                : text);
                cell.setLength(0);
            } else {
                cell.append(letter);
            }
        }
        return cells;
    }

    private static String text(JsonElement value) {
        return value.isJsonNull() ? "" : value.getAsString();
    }

    @ParameterizedTest
    @CsvSource({"comparison.csv, rows", "trials.csv, trials"})
    void tablesSayWhatTheJsonSays(String file, String name) throws IOException {
        compare("accuracy");
        List<String> lines = Files.readAllLines(folder.resolve("out").resolve(file));
        List<JsonElement> rows = json().getAsJsonArray(name).asList();
        assertThat(lines).hasSize(rows.size() + 1);
        assertThat(rows).isNotEmpty();
        for (int i = 0; i < rows.size(); i++) {
            List<String> cells = cells(lines.get(i + 1));
            JsonObject row = rows.get(i).getAsJsonObject();
            assertThat(cells(lines.get(0))).isEqualTo(List.copyOf(row.keySet()));
            assertThat(cells)
                    .isEqualTo(row.asMap().values().stream()
                            .map(ReportFilesTest::text)
                            .toList());
        }
    }

    @Test
    void theBestMeanOnValidationChoosesAndOfEqualsTheFirst() throws IOException {
        compare("accuracy");
        assertThat(json().getAsJsonArray("rows"))
                .extracting(row -> row.getAsJsonObject().get("learning_rate").getAsDouble())
                .containsExactly(1e-2, 1e-2, 1e-2);
        JsonObject moslora = json().getAsJsonArray("rows").get(1).getAsJsonObject();
        assertThat(moslora.get("validation_mean").getAsDouble()).isCloseTo(0.62, within(1e-9));
        assertThat(moslora.get("test_mean").getAsDouble()).isCloseTo(0.62, within(1e-9));
        assertThat(moslora.get("difference").getAsDouble()).isCloseTo(0.11, within(1e-9));
    }

    /** By scipy 1.17.1: {@code ttest_1samp([0.1, 0.11, 0.12], 0)}. */
    @Test
    void differencesAreThoseOfSeeds() throws IOException {
        compare("accuracy");
        JsonObject moslora = json().getAsJsonArray("rows").get(1).getAsJsonObject();
        assertThat(moslora.get("p").getAsDouble()).isCloseTo(0.002743489394425921, within(1e-9));
        assertThat(moslora.get("p_holm").getAsDouble()).isCloseTo(2 * 0.002743489394425921, within(1e-9));
        assertThat(moslora.get("difference_margin_95").getAsDouble()).isCloseTo(0.02484137711750329, within(1e-9));
    }

    @Test
    void onlyTheChosenRateIsTrainedWithAllSeedsAndTested() throws IOException {
        FakeProgram program = compare("accuracy");
        List<List<String>> trained = program.commands.stream()
                .filter(words -> words.get(0).equals("train"))
                .toList();
        assertThat(trained).hasSize(3 * 3 + 3 * 2);
        assertThat(trained).allSatisfy(words -> assertThat(words).contains("training.batch_size=2"));
        assertThat(program.commands.stream()
                        .filter(words ->
                                words.contains(folder.resolve("test.json").toString())))
                .hasSize(9);
    }

    @Test
    void aVariantIsWhatItsKeysMakeIt() throws IOException {
        FakeProgram program = compare("accuracy");
        assertThat(program.commands)
                .filteredOn(words -> words.get(0).equals("train") && words.contains("adapter.kind=dora"))
                .hasSize(5)
                .allSatisfy(words -> assertThat(words).contains("adapter.targets=[q_proj, v_proj]"));
    }

    /** Lower is better there, and FakeProgram's loss is the same everywhere. */
    @Test
    void whereNothingDiffersNothingIsClaimed() throws IOException {
        compare("loss");
        for (JsonElement each : json().getAsJsonArray("rows")) {
            JsonObject row = each.getAsJsonObject();
            assertThat(row.get("learning_rate").getAsDouble()).isEqualTo(1e-3);
            assertThat(row.get("test_mean").getAsDouble()).isEqualTo(1.5);
            assertThat(row.get("p").isJsonNull()).isTrue();
            assertThat(row.get("p_holm").isJsonNull()).isTrue();
        }
        assertThat(Files.readString(folder.resolve("out/comparison.md"))).contains("| +0.0000 ± 0.0000 | — | — |");
    }

    @Test
    void thePageTellsHowItWasMade() throws IOException {
        compare("accuracy");
        String page = Files.readString(folder.resolve("out/comparison.md"));
        assertThat(page)
                .contains("`./moslora compare recipe.yaml training.batch_size=2 note=\"a, b\"`")
                .contains("seeds 0, 1, 2", "(seeds 1) of 1e-3, 1e-2, 1e-1", "Difference: to lora")
                .contains("output=again", "| moslora | recipe's | all | 1e-2 | 0.6200 |")
                .doesNotContain("output=" + folder);
    }

    @Test
    void picturesOfItAreDrawn() throws IOException {
        compare("accuracy");
        List<Path> drawn = new ArrayList<>();
        try (var files = Files.list(folder.resolve("out"))) {
            files.filter(file -> file.toString().endsWith(".png")).forEach(drawn::add);
        }
        assertThat(drawn).isNotEmpty();
        for (Path picture : drawn) {
            assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(100);
        }
    }

    /** A program whose trainings end with this code. */
    private Program ending(int code) {
        FakeProgram fake = new FakeProgram(ReportFilesTest::accuracy);
        return new Program() {
            @Override
            public void check(Path recipe, List<String> overrides) {
                fake.check(recipe, overrides);
            }

            @Override
            public Outcome run(List<String> words, Path log) {
                return new Outcome(code, "");
            }

            @Override
            public <T> T judged(Path clip, Function<Judge, T> question) {
                return fake.judged(clip, question);
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"1, TrialFailed", "137, TrialFailed", "2, InvalidInput"})
    void aTrialThatFailsIsNamedWithItsLog(int code, String type) throws IOException {
        Path file = Files.writeString(folder.resolve("recipe.yaml"), RECIPE.replace("METRIC", "accuracy"));
        assertThatThrownBy(() -> Comparison.run(file, List.of(), folder, 1, true, ending(code)))
                .satisfies(
                        thrown -> assertThat(thrown.getClass().getSimpleName()).isEqualTo(type))
                .hasMessageContaining("lora-lr1e-3-s1 ended with exit code " + code)
                .hasMessageContaining("lora-lr1e-3-s1.log");
        assertThat(folder.resolve("out/comparison.json")).doesNotExist();
    }

    @Test
    void aLookLeavesNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("recipe.yaml"), RECIPE.replace("METRIC", "accuracy"));
        List<String> ordinary = Comparison.check(
                file, List.of("compare.seeds=[7, 1]", "x=1"), folder, new FakeProgram(ReportFilesTest::accuracy));
        assertThat(ordinary).containsExactly("x=1", "output=" + folder.resolve("out/trials/none"));
        assertThat(folder.resolve("out")).doesNotExist();
        assertThatThrownBy(() -> Comparison.check(
                        file, List.of("compare.rate_seeds=[9]"), folder, new FakeProgram(ReportFilesTest::accuracy)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("rate_seeds");
    }
}
