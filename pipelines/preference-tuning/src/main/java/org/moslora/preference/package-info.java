/**
 * Preference tuning: adapters on a model with or without pictures, from pairs of answers of which one is the better. This
 * package says what a recipe may ask; loop and objective stand in {@link org.moslora.tuning}. Start at
 * {@link org.moslora.preference.PreferenceTuning}.
 */
@NullMarked
package org.moslora.preference;

import org.jspecify.annotations.NullMarked;
