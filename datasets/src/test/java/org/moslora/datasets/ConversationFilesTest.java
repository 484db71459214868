package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;
import org.moslora.problems.InvalidInput;

class ConversationFilesTest {
    @TempDir
    Path folder;

    /** JSON in these tests is written with single quotes. */
    private ConversationRows read(String name, String json) throws Exception {
        Path file = Files.writeString(folder.resolve(name), json.replace('\'', '"'));
        return ConversationFiles.read(List.of(file), null);
    }

    private Conversation only(String row) throws Exception {
        ConversationRows rows = read("data.json", "[" + row + "]");
        assertThat(rows.findings()).isEmpty();
        return rows.rows().get(0).conversation();
    }

    private static final String SAID = "[{'from': 'human', 'value': '<image>Q'}, {'from': 'gpt', 'value': 'A'}]";

    @Test
    void readsLlavasRows() throws Exception {
        ConversationRows rows = read(
                "data.json",
                "\ufeff\n[{'id': 'a', 'image': 'x/y.jpg', 'conversations': " + SAID
                        + "},\n {'id': 12, 'model': '', 'image': '', 'conversations': " + SAID + "}]");

        assertThat(rows.findings()).isEmpty();
        assertThat(rows.total()).isEqualTo(2);
        assertThat(rows.rows()).extracting(row -> row.conversation().id()).containsExactly("a", "12");
        assertThat(rows.rows()).extracting(row -> row.at().line()).containsExactly(2, 3);
        assertThat(rows.rows().get(0).conversation())
                .isEqualTo(new Conversation(
                        "a",
                        List.of(new Turn(Role.USER, "<image>Q"), new Turn(Role.ASSISTANT, "A")),
                        List.of("x/y.jpg")));
        assertThat(rows.rows().get(1).conversation().images()).isEmpty();
    }

    @Test
    void readsOpenAisMessagesWithPartsAndSystem() throws Exception {
        Conversation conversation = only("{'messages': [{'role': 'system', 'content': 'Be brief.'},"
                + " {'role': 'user', 'content': [{'type': 'text', 'text': 'Which? '}, {'type': 'image', 'image': 'a.png'},"
                + " {'type': 'image_url', 'image_url': {'url': 'b.png'}}, {'type': 'image'}]},"
                + " {'role': 'assistant', 'content': [{'type': 'text', 'text': 'B.'}]}], 'images': ['c.png']}");

        assertThat(conversation.system()).isEqualTo("Be brief.");
        assertThat(conversation.id()).isEqualTo("row 1");
        assertThat(conversation.turns())
                .containsExactly(new Turn(Role.USER, "Which? <image><image><image>"), new Turn(Role.ASSISTANT, "B."));
        assertThat(conversation.images()).containsExactly("a.png", "b.png", "c.png");
    }

    @Test
    void understandsTheManyWordsForThings() throws Exception {
        Conversation mixed = only(
                "{'id': true, 'system': 'S', 'images': ['a.png', {'path': 'b.png'}], 'conversations': ["
                        + "{'from': 'gpt', 'value': 'stray'}, {'role': 'user', 'content': 'Q'}, {'from': 'bot', 'value': 'A'}]}");

        assertThat(mixed.system()).isEqualTo("S");
        assertThat(mixed.images()).containsExactly("a.png", "b.png");
        assertThat(mixed.turns()).extracting(Turn::text).containsExactly("Q", "A");
    }

    @Test
    void readsLinesWhateverTheFileIsCalled() throws Exception {
        String row = "{'id': 1, 'conversations': " + SAID + "}";

        ConversationRows rows = read("lines.json", row + "\n\n" + row + "\r\n");

        assertThat(rows.rows()).extracting(r -> r.at().line()).containsExactly(1, 3);
        assertThat(rows.rows()).extracting(r -> r.at().index()).containsExactly(0, 1);
        assertThat(rows.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.rule()).isEqualTo("id-repeated");
        });
        assertThat(read("array.jsonl", "[" + row + "]").rows()).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "7|must be an object, got 7",
                "{'id': 'x', 'text': 'y'}|must have conversations, messages, instruction or query; its fields are id, text",
                "{'conversations': 'hello'}|the turns must be a list, got 'hello'",
                "{'conversations': []}|has no turns",
                "{'conversations': [5]}|turn 1 must be an object, got 5",
                "{'conversations': [{'value': 'Q'}]}|turn 1 must have from or role, its fields are value",
                "{'conversations': [{'from': 'human', 'value': 3}]}|the text of turn 1 must be a string or a list",
                "{'conversations': [{'from': 'human'}]}|the text of turn 1 must be a string or a list of parts, got none",
                "{'conversations': [{'from': 'humen', 'value': 'Q'}]}|'humen' (did you mean human?)",
                "{'conversations': [{'from': 'tool', 'value': 'Q'}]}|turn 1 is spoken by 'tool': tools are not supported",
                "{'conversations': [{'from': 'gpt', 'value': 'A'}]}|has answers only, no question",
                "{'conversations': [{'from': 'human', 'value': 'Q'}]}|the last question, turn 1, has no answer",
                "{'conversations': [{'from': 'human', 'value': 'Q'}, {'from': 'human', 'value': 'Q'}]}|turn 2 is a second"
                        + " question in a row",
                "{'conversations': [{'from': 'human', 'value': 'Q'}, {'from': 'gpt', 'value': 'A'}, {'from': 'gpt',"
                        + " 'value': 'A'}]}|turn 3 is a second answer in a row",
                "{'conversations': [{'from': 'human', 'value': 'Q'}, {'from': 'gpt', 'value': ' '}]}|the answer in turn 2"
                        + " is empty",
                "{'conversations': [{'from': 'human', 'value': 'Q'}, {'from': 'system', 'value': 'S'}]}|turn 2 is a system"
                        + " turn; only the first",
                "{'image': 5, 'conversations': []}|a picture must be named by a path, got 5",
                "{'image': 'https://x.org/a.png', 'conversations': []}|pictures must be files",
                "{'video': 'a.mp4', 'conversations': []}|only pictures are supported",
                "{'messages': [{'role': 'user', 'content': [{'type': 'image'}]}]}|a part of type image that names no file",
                "{'messages': [{'role': 'user', 'content': [{'type': 'audio'}]}]}|has a part of type audio"
            })
    void aBadRowIsNamedAndTheOthersAreRead(String row, String message) throws Exception {
        ConversationRows rows = read("data.json", "[" + row + ",\n{'id': 'good', 'conversations': " + SAID + "}]");

        assertThat(rows.total()).isEqualTo(2);
        assertThat(rows.rows())
                .singleElement()
                .extracting(r -> r.conversation().id())
                .isEqualTo("good");
        assertThat(rows.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.message().replace('"', '\'')).contains(message);
            assertThat(finding.problem().where()).contains("data.json, row 1 (line 1), conversation ");
            assertThat(finding.action()).isEqualTo("left out");
        });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{'id': 1},\\n {'id' 2}]|line 2, column",
                "[{'id': 1}|line 1, column 11: the JSON ends early",
                "[{'id': 1}] x|line 1, column",
                "{'id': 1}\\n{'id': \\n{'id': 2}|line 2, column 8: the JSON ends early",
                "{\\n'id': 1}|line 1, column 2: the JSON ends early",
                "hello|line 1, column 1: not valid JSON",
                "[1, NaN]|line 1, column"
            })
    void brokenJsonIsAnErrorWithItsPlace(String json, String message) {
        assertThatThrownBy(() -> read("data.json", json.replace("\\n", "\n")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("data.json: ")
                .hasMessageContaining(message);
    }

    @Test
    void otherBadFilesAreNamedTogether() throws Exception {
        Path latin = Files.write(folder.resolve("latin.json"), "[\"caf\u00e9\"]".getBytes(StandardCharsets.ISO_8859_1));
        Path none = folder.resolve("none.json");
        Path empty = Files.createFile(folder.resolve("empty.json"));

        assertThatThrownBy(() -> ConversationFiles.read(List.of(latin, none, folder), null))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("latin.json: is not UTF-8")
                .hasMessageContaining("none.json: does not exist")
                .hasMessageContaining("is a folder, not a file of conversations");
        assertThatThrownBy(() -> ConversationFiles.read(List.of(empty), null))
                .hasMessageContaining("empty.json: holds no conversations");
    }

    @Test
    void deepNestingIsNoStackOverflow() {
        assertThatThrownBy(() -> read("deep.json", "[".repeat(100_000))).isInstanceOf(InvalidInput.class);
    }

    @Test
    void instructionsAreOneRoundAndKeepTheirInputAndAnswerApart() throws Exception {
        ConversationRows rows = read(
                "data.json",
                "[{'instruction': 'I', 'input': '', 'output': 'O'}, {'instruction': 'J', 'input': 'N', 'output': 'P'},"
                        + " {'instruction': 'K', 'input': null, 'output': 'the answer is true', 'answer': 'true'}]");
        assertThat(rows.findings()).isEmpty();
        assertThat(rows.rows().stream().map(row -> row.conversation()))
                .containsExactly(
                        instruction("row 1", "I", "", "O", null),
                        instruction("row 2", "J", "N", "P", null),
                        instruction("row 3", "K", "", "the answer is true", "true"));
    }

    private static Conversation instruction(String id, String text, String input, String output, String label) {
        List<Turn> turns = List.of(new Turn(Role.USER, text, input), new Turn(Role.ASSISTANT, output));
        return new Conversation(id, turns, List.of(), null, label);
    }

    @Test
    void whatIsWrongWithAnInstructionIsSaid() throws Exception {
        ConversationRows rows = read(
                "data.json",
                "[{'instruction': ' ', 'output': 'O'}, {'instruction': 'I'}, {'instruction': 'I', 'output': ' '},"
                        + " {'instruction': 'I', 'output': ['O']}]");
        assertThat(rows.rows()).isEmpty();
        assertThat(rows.findings())
                .extracting(Finding::rule)
                .containsExactly("instruction-missing", "output-missing", "answer-empty", "text-form");
    }

    @Test
    void aCommonsenseRowMayBeReadAsAlpacasButNotTheOtherWayRound() throws Exception {
        Path file = Files.writeString(
                folder.resolve("data.json"),
                "[{\"instruction\": \"I\", \"output\": \"O\", \"answer\": \"O\"},"
                        + " {\"instruction\": \"J\", \"output\": \"P\"}]");
        assertThat(ConversationFiles.read(List.of(file), DataFormat.ALPACA).rows())
                .hasSize(2);
        assertThat(ConversationFiles.read(List.of(file), DataFormat.COMMONSENSE).findings())
                .singleElement()
                .extracting(Finding::message)
                .isEqualTo("must have instruction, output and answer, as format commonsense says;"
                        + " its fields are instruction, output");
        assertThat(ConversationFiles.shown(file)).contains(DataFormat.COMMONSENSE);
    }

    @Test
    void theFirstRowShowsTheFormat() throws Exception {
        Path lines = Files.writeString(
                folder.resolve("data.jsonl"), "{\"instruction\": \"I\", \"output\": \"O\"}\n{\"conversations\": []}\n");
        assertThat(ConversationFiles.shown(lines)).contains(DataFormat.ALPACA);
        for (String odd : List.of("", "[]", "{", "[1]", "{\"id\": 1}")) {
            assertThat(ConversationFiles.shown(Files.writeString(folder.resolve("odd.json"), odd)))
                    .as(odd)
                    .isEmpty();
        }
        assertThat(ConversationFiles.shown(folder.resolve("absent"))).isEmpty();
    }

    @Test
    void aFormatThatIsAskedForMustBeShown() throws Exception {
        Path file = Files.writeString(folder.resolve("data.json"), "[{\"messages\": []}]");

        assertThat(ConversationFiles.read(List.of(file), DataFormat.LLAVA).findings())
                .singleElement()
                .extracting(Finding::message)
                .isEqualTo("must have conversations, as format llava says; its fields are messages");
        assertThat(DataFormat.named("data.format", "sharegpt")).isEqualTo(DataFormat.LLAVA);
        assertThatThrownBy(() -> DataFormat.named("data.format", "lava"))
                .hasMessageContaining("data.format: no data format 'lava' (did you mean llava?)");
    }
}
