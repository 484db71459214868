package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.datasets.ConversationRow;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.RowPlace;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;
import org.moslora.problems.Problems;

/** How many tokens rows take: all of few, and of many the longest, each by name. */
class RowTokensTest {
    @TempDir
    Path folder;

    private static ConversationRows rows(int count) {
        List<ConversationRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> images = i % 2 == 0 ? List.of() : List.of("a.png");
            Conversation row = new Conversation("c" + i, List.of(new Turn(Role.USER, "Q")), images);
            rows.add(new ConversationRow(new RowPlace("data.json", i, i + 1), row));
        }
        return new ConversationRows(rows, List.of(), count);
    }

    /** Without pictures a length is negative. */
    private static RowTokens tokens(ConversationRows rows, int... lengths) {
        Map<Conversation, Integer> known = new IdentityHashMap<>();
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] != 0) {
                known.put(rows.rows().get(i).conversation(), lengths[i]);
            }
        }
        return new RowTokens(rows, known);
    }

    private static List<String> told(RowTokens tokens) {
        List<String> told = new ArrayList<>();
        tokens.tell(told::add);
        return told;
    }

    @Test
    void fewRowsAreToldOneByOneInTheirOrder() {
        List<String> told = told(tokens(rows(4), -30, 1200, 0, 7));
        assertThat(told.get(0))
                .contains("7 to 1,200", "half of the rows up to 30")
                .endsWith("the longest is data.json, row 2 (line 2), conversation c1");
        assertThat(told.subList(1, told.size()))
                .containsExactly(
                        "  30 tokens, pictures 0: conversation c0",
                        "  1,200 tokens, pictures 1: conversation c1",
                        "  7 tokens, pictures 1: conversation c3");
    }

    @Test
    void ofManyTheLongestAreTold() {
        int[] lengths = new int[21];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = 1 + 8 * i % 21;
        }
        assertThat(told(tokens(rows(20), lengths(lengths, 20)))).hasSize(21);
        List<String> told = told(tokens(rows(21), lengths));
        assertThat(told).hasSize(6);
        assertThat(told.subList(1, 6))
                .extracting(line -> line.strip().split(" ", 2)[0])
                .containsExactly("21", "20", "19", "18", "17");
    }

    private static int[] lengths(int[] all, int count) {
        return Arrays.copyOf(all, count);
    }

    @Test
    void nothingIsToldOfNothing() {
        assertThat(told(tokens(rows(2), 0, 0))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"report.json, report-tokens.jsonl", "report, report-tokens.jsonl", "a.b.json, a.b-tokens.jsonl"})
    void theTableLiesBesideTheReport(String report, String table) throws IOException {
        Problems problems = new Problems();
        tokens(rows(3), -30, 0, 7).write(folder.resolve(report), problems);
        assertThat(problems.isEmpty()).isTrue();
        assertThat(Files.readAllLines(folder.resolve(table)))
                .containsExactly(
                        "{\"id\":\"c0\",\"tokens\":30,\"pictures\":0}", "{\"id\":\"c2\",\"tokens\":7,\"pictures\":0}");
    }

    @Test
    void whereNoReportIsWantedThereIsNoTable() {
        Problems problems = new Problems();
        tokens(rows(1), 5).write(null, problems);
        assertThat(problems.isEmpty()).isTrue();
        assertThat(folder).isEmptyDirectory();
    }
}
