package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.Example;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Encoded;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;
import org.moslora.generation.Decoder;
import org.moslora.problems.NotFinite;

/** What a conversation loses, whichever others it is scored with. */
class LossesTest {
    @TempDir
    static Path folder;

    private static TuningBench bench;

    @BeforeAll
    static void write() {
        bench = TuningBench.text(folder);
    }

    private static Conversation row(String id, String question, String... answers) {
        List<Turn> turns = new ArrayList<>();
        for (String answer : answers) {
            turns.add(new Turn(Role.USER, question));
            turns.add(new Turn(Role.ASSISTANT, answer));
        }
        return new Conversation(id, turns, List.of());
    }

    /** Of lengths that are neither sorted nor alike. */
    private static final List<Conversation> ROWS = List.of(
            row("long", "Is the red circle red? ".repeat(4), "the correct answer is true"),
            row("short", "Red?", "no"),
            row("turns", "Is it?", "yes", "the correct answer is false", "no"),
            row("middle", "Is the red circle red?", "true"));

    private static Processor.Choice vicuna() {
        return Processor.Choice.of(ChatTemplate.VICUNA_V1, null, null, folder);
    }

    private static List<Losses.Score> scores(LoadedModel model, List<Conversation> rows) {
        return Losses.of(model.runner(), model.processor(), rows, done -> {});
    }

    @Test
    void aRowLosesTogetherWithOthersWhatItLosesAlone() {
        try (LoadedModel model = bench.open()) {
            List<Losses.Score> together = scores(model, ROWS);
            assertThat(together).extracting(Losses.Score::id).containsExactly("long", "short", "turns", "middle");
            for (int i = 0; i < ROWS.size(); i++) {
                Losses.Score alone = scores(model, List.of(ROWS.get(i))).get(0);
                assertThat(together.get(i).sum()).isCloseTo(alone.sum(), within(1e-4 * alone.sum()));
                assertThat(together.get(i).tokens()).isEqualTo(alone.tokens());
                assertThat(alone.mean() * alone.tokens()).isCloseTo(alone.sum(), within(1e-9));
            }
        }
    }

    /** By the decoder, one token after the other, which shares neither kernel nor cache with the pass that scores. */
    @Test
    void aLossIsTheUnlikelihoodOfEachTokenAfterThoseBeforeIt() {
        try (LoadedModel model = bench.open()) {
            List<Losses.Score> scores = scores(model, ROWS.subList(1, 3));
            for (int i = 0; i < scores.size(); i++) {
                Encoded encoded = model.processor().encoder().encode(ROWS.get(1 + i));
                assertThat(scores.get(i).sum()).isCloseTo(unlikelihood(model, encoded), within(1e-3));
            }
        }
    }

    private static double unlikelihood(LoadedModel model, Encoded encoded) {
        double sum = 0;
        try (Decoder.Session session = model.runner().decoder().open(encoded.ids().length)) {
            for (int i = 1; i < encoded.ids().length; i++) {
                float[] logits = session.next(new int[] {encoded.ids()[i - 1]}, List.of());
                sum += encoded.labels()[i] == Encoded.IGNORED ? 0 : normaliser(logits) - logits[encoded.labels()[i]];
            }
        }
        return sum;
    }

    private static double normaliser(float[] logits) {
        return Math.log(IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(logits[i]))
                .sum());
    }

    @Test
    void eachRowGetsItsOwnAndProgressEndsAtAll() {
        ToDoubleFunction<Example> loss = example -> example.encoded().id().length();
        try (LoadedModel model = ScriptedModel.of(bench, vicuna(), loss, "yes")) {
            List<Conversation> rows = new ArrayList<>(IntStream.range(0, 40)
                    .mapToObj(i -> row("n".repeat(i % 7 + 1), "word ".repeat(i * 11 % 190), "yes"))
                    .toList());
            List<Integer> done = new ArrayList<>();
            List<Losses.Score> scores = Losses.of(model.runner(), model.processor(), rows, done::add);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(scores.get(i).id()).isEqualTo(rows.get(i).id());
                assertThat(scores.get(i).mean()).isEqualTo(rows.get(i).id().length());
            }
            assertThat(done).isSorted().doesNotHaveDuplicates().endsWith(40).hasSizeGreaterThan(1);
        }
    }

    @Test
    void aPassHoldsRowsOfLikeLengthsUpToAMeasure() {
        try (LoadedModel model = ScriptedModel.of(bench, vicuna(), example -> 1, "yes")) {
            List<Conversation> rows = new ArrayList<>(IntStream.of(30, 7000, 900, 31, 1500, 1400, 5, 2000)
                    .mapToObj(length -> row("of " + length, "q".repeat(length), "yes"))
                    .toList());
            List<List<Integer>> passes = Losses.passes(model.processor(), rows);
            List<Integer> order = passes.stream().flatMap(List::stream).toList();
            assertThat(order).containsExactly(6, 0, 3, 2, 5, 4, 7, 1);
            for (List<Integer> pass : passes) {
                int tokens = pass.stream()
                        .mapToInt(row -> tokens(model, rows.get(row)))
                        .sum();
                assertThat(pass.size() == 1 || tokens <= 4096).isTrue();
            }
            assertThat(passes).last().isEqualTo(List.of(1));
            Collections.reverse(rows);
            assertThat(Losses.passes(model.processor(), rows)).hasSameSizeAs(passes);
        }
    }

    private static int tokens(LoadedModel model, Conversation row) {
        return model.processor().encoder().encode(row).ids().length;
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void numbersThatRanOverAreNoScore(double over) {
        ToDoubleFunction<Example> loss = example -> example.encoded().id().equals("turns") ? over : 1;
        try (LoadedModel model = ScriptedModel.of(bench, vicuna(), loss, "yes")) {
            assertThatThrownBy(() -> scores(model, ROWS))
                    .isInstanceOf(NotFinite.class)
                    .hasMessageContaining("conversation turns is " + over)
                    .hasMessageContaining("nothing was written");
        }
    }

    @Test
    void nothingLosesNothing() {
        try (LoadedModel model = ScriptedModel.of(bench, vicuna(), example -> 1, "yes")) {
            assertThat(scores(model, List.of())).isEmpty();
        }
    }

    /** In the order in which an example's labels stand: the first token never carries one. */
    @Test
    void onlyAnswersAndTheirEndsCount() {
        try (LoadedModel model = ScriptedModel.of(bench, vicuna(), example -> 1, "yes")) {
            for (Losses.Score score : scores(model, ROWS)) {
                Conversation row = ROWS.stream()
                        .filter(one -> one.id().equals(score.id()))
                        .findFirst()
                        .orElseThrow();
                int said = row.turns().stream()
                        .filter(turn -> turn.role() == Role.ASSISTANT)
                        .mapToInt(turn -> 1 + model.processor().tokenizer().encode(" " + turn.text()).length)
                        .sum();
                assertThat(score.tokens()).isEqualTo(said);
            }
        }
    }
}
