package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.Example;
import org.moslora.examples.text.Conversation;
import org.moslora.problems.InvalidInput;

/** What becomes of the rows of conversation files before a step takes them. */
class TuningDataTest {
    @TempDir
    static Path folder;

    private static TuningBench bench;

    @BeforeAll
    static void write() {
        bench = TuningBench.text(folder);
        bench.write("rows.json", rows(20, ""));
        bench.write("hundred.json", rows(99, ", {\"id\": \"bad\", \"conversations\": []}"));
        bench.write("more.json", rows(98, ", {\"id\": \"bad\"}, {\"id\": \"worse\"}"));
    }

    private static String rows(int count, String more) {
        return IntStream.range(0, count)
                        .mapToObj(row -> row("r" + row, "Is " + row + " round?", "yes ".repeat(row % 5 + 1)))
                        .reduce((one, other) -> one + ", " + other)
                        .map(all -> "[" + all)
                        .orElse("[")
                + more + "]";
    }

    private static String row(String id, String question, String answer) {
        return """
                {"id": "%s", "conversations": [{"from": "human", "value": "%s"}, {"from": "gpt", "value": "%s"}]}""".formatted(id, question, answer);
    }

    private static String data(String file) {
        return "data={conversations: " + file + ", template: vicuna_v1}";
    }

    private static List<String> read(Consumer<TuningSources> look, String... overrides) {
        List<String> told = new ArrayList<>();
        TuningSources sources = TuningSources.open(bench.bound(overrides).recipe(), told::add);
        try {
            look.accept(sources);
        } finally {
            TuningSources.close(sources.processor(), sources.folder());
        }
        return told;
    }

    private static List<String> kept(TuningData data) {
        return IntStream.range(0, data.size()).mapToObj(data::id).toList();
    }

    private static List<String> held(TuningData data) {
        return data.heldBack().stream().map(Conversation::id).toList();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.05, 1", "0.25, 5", "0.49, 10", "0.95, 19"})
    void eachRowIsEitherLearntOrHeldBackInItsOrder(double fraction, int count) {
        read(
                sources -> {
                    List<String> held = held(sources.data());
                    List<String> kept = kept(sources.data());
                    List<String> all =
                            IntStream.range(0, 20).mapToObj(i -> "r" + i).toList();
                    assertThat(held).hasSize(count).isSubsetOf(all);
                    assertThat(kept)
                            .isEqualTo(all.stream()
                                    .filter(id -> !held.contains(id))
                                    .toList());
                    assertThat(held)
                            .isEqualTo(all.stream()
                                    .filter(id -> !kept.contains(id))
                                    .toList());
                },
                data("rows.json"),
                "validation.fraction=" + fraction);
    }

    @Test
    void whichRowsAreHeldBackFollowsFromTheValidationsSeedAlone() {
        List<List<String>> held = new ArrayList<>();
        for (String[] seeds : new String[][] {{"0", "3"}, {"0", "4"}, {"1", "3"}}) {
            read(
                    sources -> held.add(held(sources.data())),
                    data("rows.json"),
                    "validation={fraction: 0.25, seed: " + seeds[0] + "}",
                    "training.seed=" + seeds[1]);
        }
        assertThat(held.get(1)).isEqualTo(held.get(0));
        assertThat(held.get(2)).isNotEqualTo(held.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.02", "0.99"})
    void aShareThatLeavesNothingOnOneSideIsRefused(String fraction) {
        assertThatThrownBy(() -> read(sources -> {}, data("rows.json"), "validation.fraction=" + fraction))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("validation.fraction")
                .hasMessageContaining(fraction + " of 20 conversations");
    }

    @Test
    void lengthsAreThoseOfWhatAStepTakes() {
        read(
                sources -> {
                    TuningData data = sources.data();
                    for (int row = 0; row < data.size(); row++) {
                        Example example = data.examples(row, picture -> false).get(0);
                        assertThat(data.lengths()[row])
                                .isEqualTo(-example.encoded().ids().length);
                        assertThat(example.encoded().id()).isEqualTo("r" + row);
                    }
                    assertThat(data.longest())
                            .isEqualTo(IntStream.of(data.lengths())
                                    .map(Math::abs)
                                    .max()
                                    .orElse(0));
                    assertThat(data.mostPictures() + data.largestPicture()).isZero();
                },
                data("rows.json"));
    }

    @Test
    void oneBadRowInAHundredMayBeLeftOutAndIsNamed() {
        List<String> told = read(
                sources -> assertThat(kept(sources.data())).hasSize(99).doesNotContain("bad"),
                "data={conversations: hundred.json, template: vicuna_v1, on_bad_sample: skip}");
        assertThat(told).anySatisfy(line -> assertThat(line).contains("conversation bad", "left out"));
    }

    @ParameterizedTest
    @CsvSource({"hundred.json, error, bad", "more.json, skip, worse", "more.json, error, worse"})
    void moreOrLessTolerantWordsAreKept(String file, String policy, String named) {
        assertThatThrownBy(() -> read(
                        sources -> {},
                        "data={conversations: " + file + ", template: vicuna_v1, on_bad_sample: " + policy + "}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(file)
                .hasMessageContaining(named);
    }

    @Test
    void aLengthThatLeavesNothingOfAnyAnswerIsToldOfTheRowsThatItHits() {
        bench.write(
                "long.json",
                "[" + row("short", "Round?", "yes") + ", " + row("lengthy", "Is it round? ".repeat(60), "yes") + "]");
        assertThatThrownBy(() ->
                        read(sources -> {}, "data={conversations: long.json, template: vicuna_v1, max_length: 150}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("conversation lengthy")
                .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("conversation short"));
    }

    @Test
    void rowsThatAreAlikeInAllTheySayStayTwoRows() {
        String twice = row("same", "Round?", "yes");
        bench.write("twice.jsonl", twice + "\n" + twice + "\n" + row("other", "Round?", "no") + "\n");
        List<String> told = read(
                sources -> {
                    assertThat(kept(sources.data())).containsExactly("same", "same", "other");
                    assertThat(sources.data().lengths()).doesNotContain(0);
                },
                data("twice.jsonl"));
        assertThat(told).anySatisfy(line -> assertThat(line).contains("same"));
    }

    @Test
    void ofAPairTheBetterAnswerComesFirstAndBothCount() {
        bench.write(
                "pairs.json",
                Stream.of("a", "b").map(TuningDataTest::pair).toList().toString());
        read(
                sources -> {
                    TuningData data = sources.data();
                    List<Example> pair = data.examples(1, picture -> false);
                    assertThat(pair).hasSize(2);
                    assertThat(text(sources, pair.get(0))).endsWith("ASSISTANT: b is good</s>");
                    assertThat(text(sources, pair.get(1))).endsWith("ASSISTANT: no</s>");
                    int both = pair.stream()
                            .mapToInt(one -> one.encoded().ids().length)
                            .sum();
                    assertThat(data.lengths()[1]).isEqualTo(-both);
                },
                data("pairs.json"),
                "preference={beta: 0.1}");
    }

    private static String pair(String id) {
        return """
                {"id": "%s", "conversations": [{"from": "human", "value": "Which?"}],
                 "chosen": {"from": "gpt", "value": "%s is good"}, "rejected": {"from": "gpt", "value": "no"}}""".formatted(id, id);
    }

    private static String text(TuningSources sources, Example example) {
        return sources.processor().tokenizer().decode(example.encoded().ids(), false);
    }
}
