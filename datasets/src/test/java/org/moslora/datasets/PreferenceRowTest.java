package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Turn;

/** Pairs of answers, as the programs lay them out that people come from. */
class PreferenceRowTest {
    private static PreferenceRow read(String row) throws BadRow {
        return PreferenceRow.read("1", JsonParser.parseString(row.replace('\'', '"')), null);
    }

    private static String said(Conversation conversation) {
        StringBuilder said = new StringBuilder();
        for (Turn turn : conversation.turns()) {
            said.append(turn.whole()).append(turn.learnt() ? "" : "*").append('|');
        }
        return said.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'conversations': [{'from': 'human', 'value': 'Q'}], 'chosen': {'from': 'gpt', 'value': 'A'},"
                        + " 'rejected': {'from': 'gpt', 'value': 'B'}}",
                "{'instruction': 'Q', 'input': '', 'chosen': 'A', 'rejected': 'B'}",
                "{'prompt': 'Q', 'chosen': 'A', 'rejected': 'B'}",
                "{'prompt': [{'role': 'user', 'content': 'Q'}], 'chosen': [{'role': 'assistant', 'content': 'A'}],"
                        + " 'rejected': [{'role': 'assistant', 'content': 'B'}]}",
                "{'chosen': [{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': 'A'}],"
                        + " 'rejected': [{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': 'B'}]}",
                "{'messages': [{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': 'A'}],"
                        + " 'rejected_response': 'B'}"
            })
    void everyLayoutIsTheSamePair(String row) throws BadRow {
        PreferenceRow pair = read(row);
        assertThat(said(pair.chosen())).isEqualTo("Q|A|");
        assertThat(said(pair.rejected())).isEqualTo("Q|B|");
    }

    @Test
    void onlyTheLastAnswerIsLearntFromAndPicturesStayWhereTheyAre() throws BadRow {
        PreferenceRow pair = read("{'images': ['a.png', 'b.png'], 'system': 'S', 'conversations': [{'from': 'human',"
                + " 'value': '<image>Q'}, {'from': 'gpt', 'value': 'R'}, {'from': 'human', 'value': '<image>'}], 'chosen':"
                + " {'from': 'gpt', 'value': 'A'}, 'rejected': {'from': 'gpt', 'value': 'B'}}");
        assertThat(said(pair.rejected())).isEqualTo("<image>Q|R*|<image>|B|");
        assertThat(pair.rejected().images()).containsExactly("a.png", "b.png");
        assertThat(pair.chosen().system()).isEqualTo("S");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'prompt': 'Q', 'chosen': 'A'}; must have rejected",
                "{'prompt': 'Q', 'chosen': 'A', 'rejected': 'A'}; the same answer",
                "{'prompt': 'Q', 'chosen': 'A', 'rejected': ' '}; empty",
                "{'chosen': [{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': 'A'}], 'rejected':"
                        + " [{'role': 'user', 'content': 'P'}, {'role': 'assistant', 'content': 'B'}]}; the same turns",
                "{'messages': 3, 'chosen': 'A', 'rejected': 'B'}; messages must be a list of turns"
            })
    void whatIsNoPairIsRefused(String row, String named) {
        assertThatThrownBy(() -> read(row))
                .isInstanceOf(BadRow.class)
                .satisfies(bad -> assertThat(((BadRow) bad).text()).contains(named));
    }
}
