/**
 * How scenes look: landscapes, a glyph for each kind, and what they wear, drawn with Java2D at four times the size and
 * reduced by integer means, so that a scene is the same bytes wherever it is painted. Start at
 * {@link org.moslora.datasets.miniature.paint.ScenePainter}.
 */
@NullMarked
package org.moslora.datasets.miniature.paint;

import org.jspecify.annotations.NullMarked;
