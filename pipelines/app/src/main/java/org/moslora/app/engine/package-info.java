/**
 * Which engine paints, where nobody said: graphs that are made once, a short measurement, and what an earlier call of the
 * same job took. Start at {@link org.moslora.app.engine.ChosenEngine}.
 */
@NullMarked
package org.moslora.app.engine;

import org.jspecify.annotations.NullMarked;
