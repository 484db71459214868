/**
 * Visual instruction tuning: adapters on a LLaVA folder, from conversations about pictures. The training loop stands in
 * {@link org.moslora.tuning.VisualInstructionTuning}, one page to be read from top to bottom; what it needs is made by
 * the other classes here. Start there.
 */
@NullMarked
package org.moslora.tuning;

import org.jspecify.annotations.NullMarked;
