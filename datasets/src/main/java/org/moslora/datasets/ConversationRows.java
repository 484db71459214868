package org.moslora.datasets;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.moslora.examples.text.Conversation;

/**
 * What conversation files hold.
 *
 * @param rows the rows that could be read, in order
 * @param findings what is wrong with the others, and what is odd about these
 * @param total how many rows there are, readable or not
 * @param rejected for each of {@code rows}, itself, the same with the worse of two answers, where rows are pairs
 */
public record ConversationRows(
        List<ConversationRow> rows, List<Finding> findings, int total, Map<Conversation, Conversation> rejected) {
    /** Rows of one answer each. */
    public ConversationRows(List<ConversationRow> rows, List<Finding> findings, int total) {
        this(rows, findings, total, Map.of());
    }

    public ConversationRows {
        rows = List.copyOf(rows);
        findings = List.copyOf(findings);
        rejected = Collections.unmodifiableMap(rejected); // by identity, so it is not copied
    }
}
