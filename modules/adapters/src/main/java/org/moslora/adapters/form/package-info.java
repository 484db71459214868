/**
 * What an adapter's layer is, whatever its file looks like: a {@link org.moslora.adapters.form.Factorization} of factors, a scale
 * and perhaps a {@link org.moslora.adapters.form.Magnitude}, together an {@link org.moslora.adapters.form.LayerDelta}. The
 * only place that computes changes of weights from factors on disk. Start at {@code LayerDelta}.
 */
@NullMarked
package org.moslora.adapters.form;

import org.jspecify.annotations.NullMarked;
