package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.datasets.ConversationRows;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.examples.text.Conversation;
import org.moslora.problems.InvalidInput;

/** The {@code data} block of a recipe: one data set or several, each with its folder, format and weight. */
class TuningDataBlockTest {
    @TempDir
    static Path folder;

    private static TuningBench bench;

    @BeforeAll
    static void write() throws IOException {
        bench = TuningBench.text(folder);
        for (String set : List.of("sets/one", "sets/two", "sets/two/images", "elsewhere")) {
            Files.createDirectories(folder.resolve(set));
        }
        bench.write("sets/one/rows.json", "[" + row("a", "x.png") + ", " + row("b", "deep/y.png") + "]");
        bench.write("sets/two/rows.json", "[" + row("a", "x.png") + ", " + row("odd", "/etc/z.png") + "]");
        bench.write("elsewhere/pairs.json", "[" + pair("p") + "]");
    }

    private static String row(String id, String image) {
        return """
                {"id": "%s", "image": "%s", "conversations": [{"from": "human", "value": "<image>\\nQ"},
                 {"from": "gpt", "value": "A"}]}""".formatted(id, image);
    }

    private static String pair(String id) {
        return """
                {"id": "%s", "image": "p.png", "conversations": [{"from": "human", "value": "<image>\\nQ"}],
                 "chosen": {"from": "gpt", "value": "A"}, "rejected": {"from": "gpt", "value": "B"}}""".formatted(id);
    }

    private static BenchRecipe recipe(String... overrides) {
        return bench.bound(overrides).recipe();
    }

    @Test
    void picturesLieBesideTheirConversationsUnlessAFolderIsNamed() {
        assertThat(recipe("data={conversations: sets/one/rows.json}")
                        .data()
                        .spelling()
                        .images())
                .isEqualTo(folder.resolve("sets/one"));
        assertThat(recipe("data={conversations: sets/one/rows.json, images: sets/two/images}")
                        .data()
                        .spelling()
                        .images())
                .isEqualTo(folder.resolve("sets/two/images"));
    }

    @ParameterizedTest
    @CsvSource({
        "sets/one/rows.json, sets/two/rows.json, sets",
        "sets/two/rows.json, sets/one/rows.json, sets",
        "sets/one/rows.json, elsewhere/pairs.json, ''",
        "sets/one/rows.json, sets/one/rows.json, sets/one"
    })
    void severalSetsHaveTheNearestFolderThatAllAreIn(String first, String second, String above) {
        TuningDataBlock data = recipe("data=[{conversations: " + first + "}, {conversations: " + second + "}]")
                .data();
        assertThat(data.spelling().images()).isEqualTo(above.isEmpty() ? folder : folder.resolve(above));
        assertThat(data.sets())
                .extracting(set -> set.conversations().get(0))
                .containsExactly(folder.resolve(first), folder.resolve(second));
    }

    @Test
    void picturesOfSeveralSetsAreNamedFromTheFolderThatAllAreIn() {
        ConversationRows rows = TuningRows.read(recipe("data=[{conversations: sets/one/rows.json},"
                        + " {conversations: sets/two/rows.json, images: sets/two/images}]"))
                .rows();
        assertThat(rows.rows())
                .extracting(row -> row.conversation().images().get(0))
                .containsExactly("one/x.png", "one/deep/y.png", "two/images/x.png", "/etc/z.png");
        assertThat(rows.rows()).extracting(row -> row.at().index()).containsExactly(0, 1, 0, 1);
        assertThat(rows.total()).isEqualTo(4);
    }

    @Test
    void weightsAreThoseOfARowsSetAlsoWhereRowsAreAlike() {
        TuningRows sets = TuningRows.read(recipe("data=[{conversations: sets/one/rows.json, weight: 2},"
                + " {conversations: sets/one/rows.json}, {conversations: sets/two/rows.json, weight: 0.5}]"));
        List<Conversation> rows =
                sets.rows().rows().stream().map(row -> row.conversation()).toList();
        assertThat(sets.weights(rows)).containsExactly(2, 2, 1, 1, 0.5, 0.5);
        assertThat(rows.get(0)).isEqualTo(rows.get(2)).isNotSameAs(rows.get(2));
    }

    @Test
    void theWorseOfTwoAnswersShowsThePictureOfTheBetter() {
        TuningRows sets = TuningRows.read(recipe(
                "preference={beta: 0.1}",
                "data=[{conversations: elsewhere/pairs.json, weight: 2}, {conversations: elsewhere/pairs.json}]"));
        assertThat(sets.rows().rows()).hasSize(2).allSatisfy(row -> {
            Conversation other = sets.rows().rejected().get(row.conversation());
            assertThat(other.images()).isEqualTo(row.conversation().images());
            assertThat(other.turns()).last().hasFieldOrPropertyWithValue("text", "B");
            assertThat(row.conversation().turns()).last().hasFieldOrPropertyWithValue("text", "A");
        });
    }

    @Test
    void rowsOfOneSetWithoutAWeightKeepTheirNames() {
        TuningRows sets = TuningRows.read(recipe("data={conversations: sets/one/rows.json}"));
        assertThat(sets.rows().rows())
                .extracting(row -> row.conversation().images().get(0))
                .containsExactly("x.png", "deep/y.png");
        assertThat(sets.weights(List.of(sets.rows().rows().get(0).conversation())))
                .containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_length: 1|max_length|at least 2, got 1",
                "min_pixels: -1|min_pixels|at least 0, got -1",
                "max_pixels: -5|max_pixels|got 0, -5",
                "feature_memory_gib: -0.5|feature_memory_gib|at least 0, got -0.5",
                "feature_memory_gib: NaN|feature_memory_gib|got",
                "weight: 0|weight|above 0 and at most 1000, got 0",
                "weight: 1001|weight|above 0 and at most 1000, got 1001",
                "weight: NaN|weight|got"
            })
    void whatMakesNoSenseIsRefusedByItsKey(String setting, String key, String rule) {
        assertThatThrownBy(() -> recipe("data={conversations: train.json, " + setting + "}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(key, rule);
    }

    @Test
    void theTemplateThatGoesWithTheRowsIsWhatTheFirstFileShows() {
        assertThat(recipe("data={conversations: train.json}").data().spelling().usual())
                .isEqualTo(ChatTemplate.COMMONSENSE);
        assertThat(recipe("data={conversations: train.json, format: alpaca}")
                        .data()
                        .spelling()
                        .usual())
                .isEqualTo(ChatTemplate.ALPACA);
        assertThat(recipe("data={conversations: sets/one/rows.json}")
                        .data()
                        .spelling()
                        .usual())
                .isNull();
        assertThat(recipe("data={conversations: [sets/one/rows.json, train.json]}")
                        .data()
                        .spelling()
                        .usual())
                .isNull();
    }
}
