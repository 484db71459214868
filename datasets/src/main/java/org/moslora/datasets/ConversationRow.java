package org.moslora.datasets;

import org.moslora.examples.text.Conversation;

/**
 * A conversation and where it came from.
 *
 * @param at where its row stands
 * @param conversation what the row says
 */
public record ConversationRow(RowPlace at, Conversation conversation) {}
