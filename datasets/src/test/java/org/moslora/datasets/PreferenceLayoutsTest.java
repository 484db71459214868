package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Turn;

/** Pairs of answers after a conversation of several rounds, as LLaMA-Factory, TRL and ms-swift write them. */
class PreferenceLayoutsTest {
    private static final String ROUNDS =
            "{'role': 'user', 'content': 'Q1'}, {'role': 'assistant', 'content': 'A1'}, {'role': 'user', 'content': 'Q2'}";
    private static final String GPT =
            "{'from': 'human', 'value': 'Q1'}, {'from': 'gpt', 'value': 'A1'}, {'from': 'human', 'value': 'Q2'}";
    private static final String BETTER = "{'role': 'assistant', 'content': 'B'}";
    private static final String WORSE = "{'role': 'assistant', 'content': 'W'}";

    @TempDir
    Path folder;

    private ConversationRows read(String rows) throws Exception {
        String json = rows.replace("ROUNDS", ROUNDS)
                .replace("GPT", GPT)
                .replace("BETTER", BETTER)
                .replace("WORSE", WORSE)
                .replace('\'', '"');
        Path file = Files.writeString(folder.resolve("pairs.json"), "[" + json + "]");
        return ConversationFiles.read(List.of(file), null, Purpose.PREFERENCE);
    }

    private static List<String> said(Conversation conversation) {
        List<String> said = new ArrayList<>();
        for (Turn turn : conversation.turns()) {
            said.add((turn.learnt() ? "" : "*") + turn.whole());
        }
        return said;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messages': [ROUNDS], 'chosen': BETTER, 'rejected': WORSE, 'system': 'S'}",
                "{'messages': [{'role': 'system', 'content': 'S'}, ROUNDS], 'chosen': 'B', 'rejected': 'W'}",
                "{'conversations': [GPT], 'chosen': {'from': 'gpt', 'value': 'B'}, 'rejected': {'from': 'gpt', 'value':"
                        + " 'W'}, 'system': 'S'}",
                "{'prompt': [{'role': 'system', 'content': 'S'}, ROUNDS], 'chosen': [BETTER], 'rejected': [WORSE]}",
                "{'chosen': [{'role': 'system', 'content': 'S'}, ROUNDS, BETTER], 'rejected': [{'role': 'system',"
                        + " 'content': 'S'}, ROUNDS, WORSE]}",
                "{'system': 'S', 'messages': [ROUNDS, BETTER], 'rejected_response': 'W'}",
                "{'system': 'S', 'query': 'Q2', 'response': 'B', 'rejected_response': 'W', 'history': [['Q1', 'A1']]}",
                "{'system': 'S', 'instruction': 'Q2', 'chosen': 'B', 'rejected': 'W', 'history': [['Q1', 'A1']]}",
                "{'system': 'S', 'messages': null, 'conversations': [GPT], 'instruction': null, 'query': '', 'prompt':"
                        + " null, 'chosen': 'B', 'rejected': 'W', 'rejected_response': null}",
                "{'system': 'S', 'messages': null, 'conversations': [], 'instruction': 'Q2', 'input': '', 'chosen': 'B',"
                        + " 'rejected': 'W', 'history': [['Q1', 'A1']]}"
            })
    void everyLayoutIsTheSamePairAfterTheSameRounds(String row) throws Exception {
        ConversationRows rows = read(row);

        assertThat(rows.findings()).isEmpty();
        Conversation better = rows.rows().get(0).conversation();
        Conversation worse = rows.rejected().get(better);
        assertThat(said(better)).containsExactly("Q1", "*A1", "Q2", "B");
        assertThat(said(worse)).containsExactly("Q1", "*A1", "Q2", "W");
        assertThat(better.system()).isEqualTo("S");
        assertThat(worse.system()).isEqualTo("S");
    }

    /** Two rows may be equal, and each keeps its own worse answer. */
    @Test
    void pairsThatBeginAlikeKeepTheirOwnWorseAnswer() throws Exception {
        ConversationRows rows = read("{'id': 'p', 'prompt': 'Q', 'chosen': 'B', 'rejected': 'W1'},"
                + " {'id': 'p', 'prompt': 'Q', 'chosen': 'B', 'rejected': 'W2'}");

        assertThat(rows.rows())
                .extracting(row -> said(rows.rejected().get(row.conversation())).get(1))
                .containsExactly("W1", "W2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'prompt': 'Q', 'rejected': 'W'} | preference-form | must have chosen",
                "{'prompt': 'Q', 'chosen': null, 'rejected': 'W'} | preference-form | must have chosen",
                "{'prompt': 'Q', 'chosen': [], 'rejected': 'W'} | preference-form | must have chosen",
                "{'prompt': 7, 'chosen': 'B', 'rejected': 'W'} | preference-form | prompt must be a list of turns",
                "{'instruction': 'Q', 'chosen': {'mood': 'B'}, 'rejected': 'W'} | preference-form | an answer must be a",
                "{'messages': [ROUNDS, BETTER], 'chosen': 'B', 'rejected': 'W'} | turns-alternate | second answer in a row",
                "{'messages': [BETTER], 'rejected_response': 'W'} | turns-none | answers only, no question",
                "{'chosen': [ROUNDS, BETTER], 'rejected': [ROUNDS, BETTER]} | preference-same | the same answer",
                "{'chosen': [ROUNDS, BETTER], 'rejected': 'W'} | turns-none | answers only",
                "{'prompt': 'Q', 'chosen': 'B', 'rejected': '  '} | answer-empty | would teach the model to say nothing",
                "{'images': ['a.png'], 'prompt': 'Q <IMG_CONTEXT>', 'chosen': 'B', 'rejected': 'W'} | image-tag | another"
                        + " model family",
                "[1] | row-form | must be an object",
                "{'prompt': 'Q', 'completion': 'B', 'label': true} | preference-form | must have chosen"
            })
    void whatIsNoPairIsRefusedByName(String row, String rule, String message) throws Exception {
        ConversationRows rows = read(row);

        assertThat(rows.rows()).isEmpty();
        assertThat(rows.rejected()).isEmpty();
        assertThat(rows.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.message()).contains(message);
        });
    }

    /** Learnt as it stands, such a row would teach both answers, or the wrong one: there is a pipeline for it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messages': [ROUNDS], 'chosen': BETTER, 'rejected': WORSE}",
                "{'messages': [ROUNDS, BETTER], 'rejected_response': 'W'}",
                "{'query': 'Q', 'response': 'B', 'rejected_response': 'W'}"
            })
    void asRowsOfOneAnswerTheyAreRefusedAndPointToTheOtherPipeline(String row) throws Exception {
        read(row);
        ConversationRows rows = ConversationFiles.read(List.of(folder.resolve("pairs.json")), null, Purpose.TRAINING);

        assertThat(rows.rows()).isEmpty();
        assertThat(rows.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("preference-tuning"));
    }
}
