/**
 * Models on disk, of whatever kind, as the verbs for files and the front door see them: where adapters can sit, what the
 * weights are, and how they are merged. Start at {@link org.moslora.models.ModelOnDisk}.
 */
@NullMarked
package org.moslora.models;

import org.jspecify.annotations.NullMarked;
