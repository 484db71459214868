/**
 * From conversations to token ids: a {@link org.moslora.examples.text.Conversation} is spelt by a
 * {@link org.moslora.examples.text.ChatTemplate}, cut into ids by a
 * {@link org.moslora.examples.text.TextTokenizer} and masked so that only answers carry a loss. Start at
 * {@link org.moslora.examples.text.ConversationEncoder}.
 */
@NullMarked
package org.moslora.examples.text;

import org.jspecify.annotations.NullMarked;
