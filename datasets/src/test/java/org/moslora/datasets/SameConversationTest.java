package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;

/** One conversation as each program writes it comes to the same turns, pictures and system text. */
class SameConversationTest {
    private static final List<Turn> TURNS = List.of(
            new Turn(Role.USER, "<image>\nQ"),
            new Turn(Role.ASSISTANT, "A"),
            new Turn(Role.USER, "R"),
            new Turn(Role.ASSISTANT, "B"));

    private static final String LLAVA = "[{'from': 'human', 'value': '<image>\\nQ'}, {'from': 'gpt', 'value': 'A'},"
            + " {'from': 'human', 'value': 'R'}, {'from': 'gpt', 'value': 'B'}]";
    private static final String OPENAI =
            "[{'role': 'user', 'content': '<image>\\nQ'}, {'role': 'assistant', 'content': 'A'},"
                    + " {'role': 'user', 'content': 'R'}, {'role': 'assistant', 'content': 'B'}]";

    @TempDir
    Path folder;

    private ConversationRows read(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("data.json"), text.replace('\'', '"'), StandardCharsets.UTF_8);
        return ConversationFiles.read(List.of(file), null);
    }

    private Conversation only(String row) throws Exception {
        ConversationRows rows = read("[" + row + "]");
        assertThat(rows.findings()).isEmpty();
        return rows.rows().get(0).conversation();
    }

    static Stream<String> layouts() {
        String system = "{'from': 'system', 'value': 'S'}, ";
        return Stream.of(
                        "{'id': 'c', 'image': 'a.png', 'system': 'S', 'conversations': LLAVA}",
                        "{'id': 'c', 'image': ['a.png'], 'conversations': SYSTEM+LLAVA}",
                        "{'id': 'c', 'images': ['a.png'], 'system': 'S', 'conversations': OPENAI}",
                        "{'id': 'c', 'images': [{'path': 'a.png'}], 'system': 'S', 'messages': LLAVA}",
                        "{'id': 'c', 'images': [{'bytes': null, 'path': 'a.png'}], 'system': 'S', 'messages': OPENAI}",
                        "{'id': 'c', 'image': {'url': 'a.png'}, 'messages': SYSTEM+OPENAI}",
                        "{'id': 'c', 'system': 'S', 'messages': [{'role': 'user', 'content': [{'type': 'image', 'image': 'a.png'},"
                                + " {'type': 'text', 'text': '\\nQ'}]}, {'role': 'assistant', 'content': [{'type': 'text', 'text':"
                                + " 'A'}]}, {'role': 'user', 'content': 'R'}, {'role': 'assistant', 'content': 'B'}]}",
                        "{'id': 'c', 'system': 'S', 'messages': [{'role': 'user', 'content': [{'type': 'image_url', 'image_url':"
                                + " {'url': 'a.png', 'detail': 'low'}}, {'type': 'text', 'text': '\\n'}, {'type': 'text', 'text':"
                                + " 'Q'}]}, {'role': 'model', 'content': 'A'}, {'role': 'user', 'content': 'R'}, {'role': 'bot',"
                                + " 'content': 'B'}]}",
                        "{'id': 'c', 'system': 'S', 'images': ['a.png'], 'messages': [{'role': 'user', 'content': [{'type':"
                                + " 'image'}, {'type': 'text', 'text': '\\nQ'}]}, {'from': 'gpt', 'value': 'A'}, {'from': 'user',"
                                + " 'content': 'R'}, {'role': 'chatgpt', 'value': 'B'}]}",
                        "{'id': 'c', 'system': 'S', 'images': ['a.png'], 'query': 'R', 'response': 'B', 'history':"
                                + " [['<image>\\nQ', 'A']]}",
                        "{'id': 'c', 'system': 'S', 'image': 'a.png', 'instruction': 'R', 'input': '', 'output': 'B',"
                                + " 'history': [['<image>\\nQ', 'A']]}",
                        "{'id': 'c', 'system': 'S', 'image': 'a.png', 'conversations': [{'from': 'gpt', 'value': 'stray'},"
                                + " {'from': 'human', 'value': '<image>\\nQ'}, {'from': 'gpt', 'value': 'A'}, {'from': 'human',"
                                + " 'value': 'R'}, {'from': 'gpt', 'value': 'B'}]}")
                .map(row -> row.replace("SYSTEM+LLAVA", "[" + system + LLAVA.substring(1))
                        .replace("SYSTEM+OPENAI", "[" + system + OPENAI.substring(1))
                        .replace("LLAVA", LLAVA)
                        .replace("OPENAI", OPENAI));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void everyLayoutIsTheSameConversation(String row) throws Exception {
        assertThat(only(row)).isEqualTo(new Conversation("c", TURNS, List.of("a.png"), "S", null));
    }

    /** Rows of several sources in one file have every column, most of them empty. */
    @ParameterizedTest
    @MethodSource("layouts")
    void columnsOfOtherSourcesThatAreEmptyChangeNothing(String row) throws Exception {
        Conversation expected = only(row);
        for (String empty : List.of("null", "[]", "''")) {
            StringBuilder filled = new StringBuilder(row.substring(0, row.length() - 1));
            for (String column : List.of(
                    "conversations",
                    "messages",
                    "instruction",
                    "input",
                    "output",
                    "query",
                    "response",
                    "history",
                    "chosen",
                    "rejected",
                    "tools",
                    "objects",
                    "videos",
                    "label")) {
                if (!row.contains("'" + column + "':")) {
                    filled.append(", '").append(column).append("': ").append(empty);
                }
            }
            assertThat(only(filled + "}")).as(empty).isEqualTo(expected);
        }
    }

    /** Lists of turns that were joined have the fields of either program, too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'from': null, 'value': null, 'role': 'user', 'content': 'Q'}, {'from': null, 'value': null, 'role':"
                        + " 'assistant', 'content': 'A'}",
                "{'from': 'human', 'value': 'Q', 'role': null, 'content': null}, {'from': 'gpt', 'value': 'A', 'role':"
                        + " null, 'content': null, 'weight': null, 'tool_calls': null}"
            })
    void fieldsOfOtherProgramsTurnsThatAreNullChangeNothing(String turns) throws Exception {
        assertThat(only("{'messages': [" + turns + "]}").turns())
                .containsExactly(new Turn(Role.USER, "Q"), new Turn(Role.ASSISTANT, "A"));
    }

    private static final String ROW =
            "{\"id\": \"%s\", \"conversations\": [{\"from\": \"human\", \"value\": \"Q – é\"},"
                    + " {\"from\": \"gpt\", \"value\": \"A\"}]}";

    private static String row(String id) {
        return String.format(ROW, id);
    }

    /** An array or lines, with whatever editors put around them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[%s,%s,%s]",
                "[\n%s,\n%s,\n%s\n]\n",
                "\ufeff[%s,%s,%s]",
                "\r\n\t [%s ,\r\n%s , %s]\r\n\r\n",
                "%s\n%s\n%s",
                "%s\n%s\n%s\n",
                "%s\r\n%s\r\n%s\r\n",
                "\ufeff%s\n\n\n  \n%s\n \t\n%s\n\n",
                "\n\n%s\n%s\n%s"
            })
    void theSameRowsAreReadHoweverTheFileIsLaidOut(String layout) throws Exception {
        Path file = Files.writeString(
                folder.resolve("rows"), String.format(layout, row("a"), row("b"), row("c")), StandardCharsets.UTF_8);

        ConversationRows rows = ConversationFiles.read(List.of(file), null);

        assertThat(rows.findings()).isEmpty();
        assertThat(rows.total()).isEqualTo(3);
        assertThat(rows.rows()).extracting(row -> row.conversation().id()).containsExactly("a", "b", "c");
        assertThat(rows.rows()).extracting(row -> row.at().index()).containsExactly(0, 1, 2);
        assertThat(rows.rows().get(2).conversation().turns().get(0).text()).isEqualTo("Q – é");
    }

    /** The line of each row is where an editor would find it. */
    @ParameterizedTest
    @CsvSource({
        "'[%s,%s,%s]', 1, 1, 1",
        "'[\n%s,\n%s,\n\n%s\n]', 2, 3, 5",
        "'%s\n%s\n%s', 1, 2, 3",
        "'\n\n%s\n\n%s\n%s\n', 3, 5, 6",
        "'%s\r\n\r\n%s\r\n%s', 1, 3, 4"
    })
    void aRowsLineIsTheOneOnWhichItBegins(String layout, int first, int second, int third) throws Exception {
        Path file = Files.writeString(folder.resolve("rows"), String.format(layout, row("a"), row("b"), row("c")));

        assertThat(ConversationFiles.read(List.of(file), null).rows())
                .extracting(row -> row.at().line())
                .containsExactly(first, second, third);
    }

    @Test
    void severalFilesFollowEachOtherAndSayWhichIsWhich() throws Exception {
        Path one = Files.writeString(folder.resolve("one.json"), "[" + row("a") + "," + row("b") + "]");
        Path two = Files.writeString(folder.resolve("two.jsonl"), row("c") + "\n" + row("a"));

        ConversationRows rows = ConversationFiles.read(List.of(one, two), null);

        assertThat(rows.rows()).extracting(row -> row.conversation().id()).containsExactly("a", "b", "c", "a");
        assertThat(rows.rows()).extracting(row -> row.at().index()).containsExactly(0, 1, 0, 1);
        assertThat(rows.findings()).singleElement().satisfies(again -> {
            assertThat(again.rule()).isEqualTo("id-repeated");
            assertThat(again.at().file()).endsWith("two.jsonl");
            assertThat(again.message()).contains("one.json, row 1 (line 1)");
        });
    }
}
