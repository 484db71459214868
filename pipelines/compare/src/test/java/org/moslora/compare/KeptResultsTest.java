package org.moslora.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** What a comparison leaves to go on with: results by their commands, a folder of one recipe, parts of the data. */
class KeptResultsTest {
    private static final List<String> COMMAND = List.of("train", "a b.yaml", "x=\"1\"");

    @TempDir
    Path folder;

    private Path recipe;

    @BeforeEach
    void write() throws IOException {
        recipe = Files.writeString(
                folder.resolve("recipe.yaml"),
                "model: m\n# a remark\noutput: out\n\ncompare:\n  kinds: [lora]\n  seeds: [0]\ntraining: {max_steps: 4}\n");
    }

    private static TrialResult result() {
        Score score = new Score(List.of("evaluate"), Map.of(Metric.ACCURACY, 0.1 + 0.2, Metric.LOSS, 1e-17));
        return new TrialResult(COMMAND, 1L << 40, 12.5, 7, 0.25, null, score);
    }

    @Test
    void aResultIsReadAsItWasWritten() {
        Path file = folder.resolve("trial.json");
        result().write(file);
        assertThat(TrialResult.read(file, COMMAND)).contains(result());
    }

    @Test
    void aResultOfAnotherCommandIsNone() {
        Path file = folder.resolve("trial.json");
        result().write(file);
        assertThat(TrialResult.read(file, List.of("train", "a b.yaml"))).isEmpty();
        assertThat(TrialResult.read(folder.resolve("nowhere"), COMMAND)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "[", "7", "{\"command\": 7}", "{\"command\": [\"train\"]"})
    void whatIsDamagedIsTrainedAgain(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("trial.json"), text);
        assertThat(TrialResult.read(file, COMMAND)).isEmpty();
    }

    private OutputFolder claimed(String... overrides) {
        OutputFolder output = new OutputFolder(folder.resolve("out"));
        output.claim(recipe, List.of(overrides));
        return output;
    }

    /** The block may grow, and remarks are nobody's business. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "  kinds: [lora]|  kinds: [lora, dora]\n  ranks: [2]",
                "# a remark|# another",
                "# a remark\n|",
                "model: m|model: m   \n\n",
                "compare:\n  kinds: [lora]\n  seeds: [0]\n|"
            })
    void aFolderIsGoneOnWithWhereWhatIsTrainedIsTheSame(String change) throws IOException {
        claimed("a=1");
        String[] parts = change.split("\\|", -1);
        Files.writeString(recipe, Files.readString(recipe).replace(parts[0], parts[1]));
        assertThatCode(() -> claimed("a=1")).doesNotThrowAnyException();
    }

    @Test
    void anotherRecipeOrOtherOverridesAreRefused() throws IOException {
        claimed("a=1");
        assertThatThrownBy(() -> claimed("a=2"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("trials of another recipe");
        assertThatThrownBy(() -> claimed()).isInstanceOf(InvalidInput.class);
        Files.writeString(recipe, Files.readString(recipe).replace("max_steps: 4", "max_steps: 5"));
        assertThatThrownBy(() -> claimed("a=1"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("trained-by.yaml");
    }

    @Test
    void aFolderOfSomethingElseIsLeftAlone() throws IOException {
        Files.createDirectories(folder.resolve("out"));
        Files.writeString(folder.resolve("out/notes.txt"), "mine");
        assertThatThrownBy(this::claimed)
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("holds something else already");
        assertThat(folder.resolve("out")).isDirectoryNotContaining("glob:**trials");
    }

    private Path rows(String name, int from, int to, boolean lines) throws IOException {
        List<String> rows = IntStream.range(from, to)
                .mapToObj(i -> "{\"id\": \"<" + i + ">\"}")
                .toList();
        return Files.writeString(
                folder.resolve(name), lines ? String.join("\n\n", rows) : "  [" + String.join(",", rows) + "]");
    }

    private static List<String> ids(Path file) throws IOException {
        List<String> ids = new ArrayList<>();
        for (JsonElement row : JsonParser.parseString(Files.readString(file)).getAsJsonArray()) {
            ids.add(row.getAsJsonObject().get("id").getAsString());
        }
        return ids;
    }

    @Test
    void aLargerPartHoldsASmallerAndNoRowTwice() throws IOException {
        Subsets subsets = new Subsets(
                folder.resolve("data"), List.of(rows("a.json", 0, 12, false), rows("b.jsonl", 12, 20, true)));
        List<Integer> counts = List.of(5, 20, 1);
        subsets.write(counts, subsets.shuffled(counts));
        List<String> all = ids(subsets.files(counts).get(20));
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "<" + i + ">").toList())
                .isNotEqualTo(
                        IntStream.range(0, 20).mapToObj(i -> "<" + i + ">").toList());
        assertThat(ids(subsets.files(counts).get(5))).isEqualTo(all.subList(0, 5));
        assertThat(ids(subsets.files(counts).get(1))).isEqualTo(all.subList(0, 1));
        assertThat(subsets.shuffled(List.of(3))).isEqualTo(subsets.shuffled(List.of(7)));
    }

    @Test
    void moreRowsThanThereAreAreRefused() throws IOException {
        Subsets subsets = new Subsets(folder, List.of(rows("a.json", 0, 4, false)));
        assertThatThrownBy(() -> subsets.shuffled(List.of(2, 5)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("compare.rows: wants 5 rows, but data.conversations has 4");
        assertThat(subsets.shuffled(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1, 2", "{", "[1] 2", "{\"a\": 1}\n{"})
    void filesThatCannotBeReadAreNamed(String text) throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.json"), text);
        assertThatThrownBy(() -> new Subsets(folder, List.of(broken)).shuffled(List.of(1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("broken.json");
    }
}
