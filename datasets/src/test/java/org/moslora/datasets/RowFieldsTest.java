package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;

/** What rows say besides their turns, and what is made of it. */
class RowFieldsTest {
    @TempDir
    Path folder;

    private ConversationRows read(String rows, Purpose purpose) throws Exception {
        Path file = Files.writeString(folder.resolve("data.json"), "[" + rows.replace('\'', '"') + "]");
        return ConversationFiles.read(List.of(file), null, purpose);
    }

    private Conversation only(String row) throws Exception {
        ConversationRows rows = read(row, Purpose.TRAINING);
        assertThat(rows.findings()).isEmpty();
        return rows.rows().get(0).conversation();
    }

    @Test
    void alpacasHistoryIsTheRoundsBeforeAndItsSystemComesFirst() throws Exception {
        Conversation row = only("{'instruction': 'I', 'input': 'N', 'output': 'O', 'system': 'S',"
                + " 'history': [['Q1', 'A1'], ['Q2', 'A2']]}");

        assertThat(row.system()).isEqualTo("S");
        assertThat(row.turns())
                .containsExactly(
                        new Turn(Role.USER, "Q1"),
                        new Turn(Role.ASSISTANT, "A1"),
                        new Turn(Role.USER, "Q2"),
                        new Turn(Role.ASSISTANT, "A2"),
                        new Turn(Role.USER, "I", "N"),
                        new Turn(Role.ASSISTANT, "O"));
    }

    @Test
    void msSwiftsQueryAndResponseComeAfterItsHistory() throws Exception {
        Conversation row =
                only("{'query': '<image>Q2', 'response': 'A2', 'system': 'S', 'images': [{'path': 'b.png'}, 'a.png'],"
                        + " 'history': [['<image>Q1', 'A1']]}");

        assertThat(row.system()).isEqualTo("S");
        assertThat(row.images()).containsExactly("b.png", "a.png");
        assertThat(row.turns())
                .containsExactly(
                        new Turn(Role.USER, "<image>Q1"),
                        new Turn(Role.ASSISTANT, "A1"),
                        new Turn(Role.USER, "<image>Q2"),
                        new Turn(Role.ASSISTANT, "A2"));
        assertThat(read("{'query': 'Q', 'response': ''}", Purpose.TRAINING).findings())
                .extracting(Finding::message)
                .containsExactly("the response is empty: it would teach the model to say nothing");
        assertThat(read("{'query': 'Q', 'response': 'A', 'rejected_response': 'B'}", Purpose.PREFERENCE)
                        .rejected()
                        .values())
                .singleElement()
                .satisfies(worse -> assertThat(worse.turns().get(1).text()).isEqualTo("B"));
    }

    @Test
    void msSwiftsPicturesWithoutTagsComeBeforeTheFirstQuestion() throws Exception {
        Conversation row =
                only("{'query': 'Q2', 'response': 'A2', 'images': ['a.png', 'b.png'], 'history': [['Q1', 'A1']]}");

        assertThat(row.turns()).extracting(Turn::text).containsExactly("<image><image>Q1", "A1", "Q2", "A2");
    }

    @Test
    void qwensOwnRowsAreRead() throws Exception {
        Conversation row = only(
                "{'image': ['a.png', 'b.png'], 'conversations': [{'from': 'human', 'value': '<image>\\n<image>\\nQ'},"
                        + " {'from': 'gpt', 'value': 'A'}]}");

        assertThat(row.images()).containsExactly("a.png", "b.png");
        assertThat(read(
                                "{'video': 'a.mp4', 'conversations': [{'from': 'human', 'value': '<video>\\nQ'}, {'from': 'gpt',"
                                        + " 'value': 'A'}]}",
                                Purpose.TRAINING)
                        .findings())
                .extracting(Finding::message)
                .containsExactly("has a field video; only pictures are supported");
    }

    @Test
    void aMessageMayCarryNoLoss() throws Exception {
        for (String without : List.of("'weight': 0", "'weight': 0.0", "'loss': false", "'train': false")) {
            Conversation row = only(
                    "{'messages': [{'role': 'developer', 'content': 'S', 'weight': 0},"
                            + " {'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': '', " + without
                            + "},"
                            + " {'role': 'user', 'content': 'R', 'weight': 0}, {'role': 'assistant', 'content': 'B', 'weight': 1}]}");

            assertThat(row.system()).isEqualTo("S");
            assertThat(row.turns()).extracting(Turn::learnt).as(without).containsExactly(true, false, true, true);
        }
    }

    @Test
    void toolsAreKeptAValueALine() throws Exception {
        String turns = "'conversations': [{'from': 'human', 'value': 'Q'}, {'from': 'gpt', 'value': 'A'}]";
        String listed = "{\"name\": \"f\", \"parameters\": [1, 2]}\n{\"name\": \"g\"}";

        assertThat(only("{" + turns + ", 'tools': [{'name':'f','parameters':[1,2]},{'name':'g'}]}")
                        .tools())
                .isEqualTo(listed);
        assertThat(only("{" + turns
                                + ", 'tools': '[{\\'name\\':\\'f\\',\\'parameters\\':[1,2]},{\\'name\\':\\'g\\'}]'}")
                        .tools())
                .isEqualTo(listed);
        assertThat(only("{" + turns + ", 'functions': [{'name':'g'}]}").tools()).isEqualTo("{\"name\": \"g\"}");
        assertThat(only("{" + turns + ", 'tools': 'call f, or g'}").tools()).isEqualTo("call f, or g");
    }

    @Test
    void partsWithoutANameTakeTheRowsPicturesInTurn() throws Exception {
        Conversation row = only("{'images': ['a.png', 'b.png'], 'messages': [{'role': 'user', 'content':"
                + " [{'type': 'image', 'text': null, 'image': null}, {'type': 'text', 'text': 'or', 'image': null},"
                + " {'type': 'image'}]}, {'role': 'assistant', 'content': 'A'}]}");

        assertThat(row.turns().get(0).text()).isEqualTo("<image>or<image>");
        assertThat(row.images()).containsExactly("a.png", "b.png");
    }

    @Test
    void imageIsANameOrAListOfNames() throws Exception {
        String said = "'conversations': [{'from': 'human', 'value': '<image><image>Q'}, {'from': 'gpt', 'value': 'A'}]";

        assertThat(only("{'image': ['a.png', 'b.png'], " + said + "}").images()).containsExactly("a.png", "b.png");
        assertThat(only("{'image': 'a.png', " + said + "}").images()).containsExactly("a.png");
    }

    @Test
    void anEmptyAnswerCanBeScoredButNotLearnt() throws Exception {
        String rows = "{'id': 'a', 'conversations': [{'from': 'human', 'value': 'Q'}, {'from': 'gpt', 'value': ''}]},"
                + " {'id': 'b', 'instruction': 'I', 'output': ''}";

        assertThat(read(rows, Purpose.TRAINING).findings())
                .extracting(Finding::rule)
                .containsExactly("answer-empty", "answer-empty");
        ConversationRows scored = read(rows, Purpose.SCORING);
        assertThat(scored.findings()).isEmpty();
        assertThat(scored.rows())
                .extracting(row -> row.conversation().turns().get(1).text())
                .containsExactly("", "");
    }
}
