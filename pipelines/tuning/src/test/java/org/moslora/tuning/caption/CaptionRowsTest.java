package org.moslora.tuning.caption;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.generation.Sampling;

/** Whose a text beside a picture is: the program's as long as its row says so, somebody's from then on. */
class CaptionRowsTest {
    @TempDir
    Path folder;

    private static CaptionRequest request(Path folder, String prompt, long seed) {
        return new CaptionRequest(folder, prompt, new Sampling(0.5, 0.9, seed, 8), List.of("model", "adapter"), true);
    }

    private Path text(String name) {
        return folder.resolve(name + ".txt");
    }

    private CaptionRows written() {
        CaptionRows rows = CaptionRows.read(folder);
        rows.append(request(folder, "What?", 1).row(text("a")), "a \"red\" <circle>");
        rows.append(request(folder, "What?", 1).row(text("b")), "a bl\u00fce one");
        return rows;
    }

    @Test
    void whatWasWrittenIsKnownAgain() {
        written();
        CaptionRows rows = CaptionRows.read(folder);
        assertThat(rows.isOwn(text("a"), "a \"red\" <circle>")).isTrue();
        assertThat(rows.isOwn(text("b"), "a bl\u00fce one")).isTrue();
        assertThat(rows.isOwn(text("a"), "a red circle")).isFalse();
        assertThat(rows.isOwn(text("c"), "")).isFalse();
    }

    @Test
    void askedAlikeMeansInEveryWordAndNumber() {
        written();
        CaptionRows rows = CaptionRows.read(folder);
        assertThat(rows.isOf(text("a"), request(folder, "What?", 1).row(text("a"))))
                .isTrue();
        assertThat(rows.isOf(text("a"), request(folder, "what?", 1).row(text("a"))))
                .isFalse();
        assertThat(rows.isOf(text("a"), request(folder, "What?", 2).row(text("a"))))
                .isFalse();
        assertThat(rows.isOf(text("c"), request(folder, "What?", 1).row(text("c"))))
                .isFalse();
        CaptionRequest other =
                new CaptionRequest(folder, "What?", new Sampling(0.5, 0.9, 1, 8), List.of("model"), true);
        assertThat(rows.isOf(text("a"), other.row(text("a")))).isFalse();
    }

    @Test
    void ofTwoRowsTheLaterCounts() {
        written().append(request(folder, "Which?", 1).row(text("a")), "another");
        CaptionRows rows = CaptionRows.read(folder);
        assertThat(rows.isOwn(text("a"), "another")).isTrue();
        assertThat(rows.isOwn(text("a"), "a \"red\" <circle>")).isFalse();
        assertThat(rows.isOf(text("a"), request(folder, "Which?", 1).row(text("a"))))
                .isTrue();
    }

    /** Cut anywhere in the last row, inside a letter too, the one before stays, and the next is a line of its own. */
    @Test
    void halfARowAtTheEndCountsForNothingAndSpoilsNothing() throws IOException {
        written();
        Path file = folder.resolve("captions.jsonl");
        byte[] whole = Files.readAllBytes(file);
        int last = Files.readString(file).indexOf('\n') + 1;
        for (int cut = last + 1; cut < whole.length - 1; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            CaptionRows torn = CaptionRows.read(folder);
            assertThat(torn.isOwn(text("a"), "a \"red\" <circle>")).isTrue();
            assertThat(torn.isOwn(text("b"), "a bl\u00fce one")).isFalse();
            torn.append(request(folder, "What?", 1).row(text("c")), "third");
            torn.append(request(folder, "What?", 1).row(text("d")), "fourth");
            CaptionRows again = CaptionRows.read(folder);
            assertThat(again.isOwn(text("a"), "a \"red\" <circle>")).isTrue();
            assertThat(again.isOwn(text("c"), "third")).isTrue();
            assertThat(again.isOwn(text("d"), "fourth")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "null",
                "{\"file\": 7",
                "{\"file\": [\"a.txt\"], \"caption\": \"x\"}",
                "{\"caption\": \"x\"}",
                "{\"file\": \"a.txt\", \"caption\": [\"x\"]}",
                "{\"file\": \"a.txt\"}",
                "",
                "[[[[[[["
            })
    void aLineThatIsNoRowSpeaksForNothing(String line) throws IOException {
        Files.writeString(folder.resolve("captions.jsonl"), line + "\n");
        CaptionRows rows = CaptionRows.read(folder);
        assertThat(rows.isOwn(text("a"), "x")).isFalse();
    }

    @Test
    void lettersOfAnyKindStandInTheFileAsTheyAre() throws IOException {
        written();
        assertThat(Files.readString(folder.resolve("captions.jsonl"))).contains("bl\u00fce", "<circle>");
        JsonObject row = request(folder, "What?", 1).row(text("a"));
        assertThat(row.keySet())
                .containsExactly("file", "prompt", "made_by", "temperature", "top_p", "seed", "max_new_tokens");
    }
}
