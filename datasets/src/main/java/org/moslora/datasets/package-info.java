/**
 * Conversation files: {@link org.moslora.datasets.ConversationFiles} reads them in the public formats and keeps on
 * reading past bad rows, {@link org.moslora.datasets.ConversationChecks} looks at the pictures that they name, and
 * {@link org.moslora.datasets.OnBadSample} says whether a run may go on without the bad ones. Start at
 * {@code ConversationFiles.read}.
 */
@NullMarked
package org.moslora.datasets;

import org.jspecify.annotations.NullMarked;
