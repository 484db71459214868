/**
 * Runs as they lie on disk: state, log, curves, samples. All of it is read anew from what {@code train} writes, so that a
 * page that was closed, or a studio that was killed, loses sight of nothing. Start at {@link org.moslora.studio.runs.RunView}.
 */
@NullMarked
package org.moslora.studio.runs;

import org.jspecify.annotations.NullMarked;
