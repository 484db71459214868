package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.studio.work.AnswerJobs;
import org.moslora.studio.work.BlindTrials;

/** Choices between two sides: kept whatever happens to the studio, counted whichever stood left, and made once. */
final class VotesTest {
    @TempDir
    private Path folder;

    private final AnswerJobs answers = new AnswerJobs(words -> List.of("no such program"));
    private Path file = Path.of("");

    @BeforeEach
    void make() throws IOException {
        file = Files.createDirectories(folder.resolve(".moslora-studio")).resolve("blind.jsonl");
    }

    @AfterEach
    void end() {
        answers.close();
    }

    private BlindTrials studio() {
        return new BlindTrials(answers, folder);
    }

    private static String begun(BlindTrials trials, String first, String second) {
        JsonObject asked = new JsonObject();
        asked.addProperty("prompt", "Which?");
        return trials.begin(
                asked, new BlindTrials.Side(first, List.of("x")), new BlindTrials.Side(second, List.of("y")), false);
    }

    /** Chooses so that a side wins, wherever it stands. */
    private static void prefer(BlindTrials trials, String better, String other) {
        String id = begun(trials, better, other);
        JsonObject told = trials.choose(id, "left").orElseThrow();
        if (!told.get("better").getAsString().equals(better)) {
            prefer(trials, better, other);
        }
    }

    private static int votes(BlindTrials trials) {
        return trials.tallies().stream()
                .mapToInt(tally -> tally.first() + tally.second() + tally.same())
                .sum();
    }

    @Test
    void choicesOutliveTheStudio() {
        BlindTrials before = studio();
        assertThat(before.tallies()).isEmpty();
        for (int i = 0; i < 3; i++) {
            before.choose(begun(before, "a", "b"), "same");
        }
        BlindTrials after = studio();
        assertThat(after.tallies()).containsExactly(new BlindTrials.Tally("a", "b", 0, 0, 3));
        after.choose(begun(after, "b", "a"), "same");
        after.choose(begun(after, "b", "c"), "same");
        assertThat(studio().tallies())
                .containsExactly(new BlindTrials.Tally("a", "b", 0, 0, 4), new BlindTrials.Tally("b", "c", 0, 0, 1));
    }

    @Test
    void aSideIsCountedWhereverItStood() {
        BlindTrials trials = studio();
        prefer(trials, "z", "a");
        BlindTrials.Tally tally = trials.tallies().get(0);
        assertThat(List.of(tally.firstName(), tally.secondName())).containsExactly("a", "z");
        assertThat(tally.second()).isEqualTo(1);
        assertThat(tally.same()).isZero();
    }

    @Test
    void bothOrdersComeUp() {
        BlindTrials trials = studio();
        Set<String> left = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            left.add(trials.choose(begun(trials, "a", "b"), "left")
                    .orElseThrow()
                    .get("left")
                    .getAsString());
        }
        assertThat(left).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aTrialIsChosenOnce() throws IOException {
        BlindTrials trials = studio();
        String id = begun(trials, "a", "b");
        assertThat(trials.choose(id, "right")).isPresent();
        assertThat(trials.choose(id, "left")).isEmpty();
        assertThat(trials.choose("none", "left")).isEmpty();
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    /** A machine that goes down in the middle of a row costs that row, and none before it or after it. */
    @Test
    void aRowThatIsCutAnywhereCostsNoOther() throws IOException {
        BlindTrials trials = studio();
        trials.choose(begun(trials, "erste Seite ü", "猫"), "same");
        int one = (int) Files.size(file);
        trials.choose(begun(trials, "erste Seite ü", "猫"), "same");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length <= whole.length; length += 3) {
            Files.write(file, Arrays.copyOf(whole, length));
            // A row whose end alone is missing is whole all the same.
            int there = length >= whole.length - 1 ? 2 : length >= one - 1 ? 1 : 0;
            assertThat(votes(studio())).as("%d bytes", length).isEqualTo(there);
            BlindTrials after = studio();
            after.choose(begun(after, "a", "b"), "same");
            assertThat(votes(studio())).as("%d bytes, and one more", length).isEqualTo(there + 1);
        }
    }

    @Test
    void rowsThatNobodyUnderstandsArePassedOver() throws IOException {
        Files.write(
                file,
                List.of("", "no row", "[]", "null", "{\"left\": {}, \"right\": []}", "{\"chosen\": \"left\"}"),
                StandardOpenOption.CREATE);
        BlindTrials trials = studio();
        trials.choose(begun(trials, "a", "b"), "same");
        assertThat(trials.tallies()).contains(new BlindTrials.Tally("a", "b", 0, 0, 1));
    }

    /** What could not be written was not chosen: it can be once there is room. */
    @Test
    void aChoiceThatCannotBeWrittenCanBeMadeAgain() throws IOException {
        BlindTrials trials = studio();
        String id = begun(trials, "a", "b");
        Files.createDirectory(file);
        assertThatThrownBy(() -> trials.choose(id, "same")).isInstanceOf(UncheckedIOException.class);
        Files.delete(file);
        assertThat(trials.choose(id, "same")).isPresent();
        assertThat(votes(trials)).isEqualTo(1);
    }

    @Test
    void whoLooksBeforeChoosingDoesNotSeeTheNames() {
        BlindTrials trials = studio();
        String id = begun(trials, "secret-one", "secret-two");
        assertThat(trials.answer(id).orElseThrow().toString()).doesNotContain("secret-");
        assertThat(trials.picture(id, 0)).isEmpty();
        assertThat(trials.picture("none", 0)).isEmpty();
        assertThat(trials.answer("none")).isEmpty();
    }
}
