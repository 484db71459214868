package org.moslora.datasets;

import java.util.List;

/**
 * What conversation files hold.
 *
 * @param rows the rows that could be read, in order
 * @param findings what is wrong with the others, and what is odd about these
 * @param total how many rows there are, readable or not
 */
public record ConversationRows(List<ConversationRow> rows, List<Finding> findings, int total) {
    public ConversationRows {
        rows = List.copyOf(rows);
        findings = List.copyOf(findings);
    }
}
