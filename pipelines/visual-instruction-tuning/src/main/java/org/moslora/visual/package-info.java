/**
 * Visual instruction tuning: adapters on a vision-language model, from conversations about pictures. This package says what a
 * recipe may ask of tower, projector and language model; the loop and all that it needs stand in
 * {@link org.moslora.tuning}, shared with text alone. Start at {@link org.moslora.visual.VisualInstructionTuning}.
 */
@NullMarked
package org.moslora.visual;

import org.jspecify.annotations.NullMarked;
