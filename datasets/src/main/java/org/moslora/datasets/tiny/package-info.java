/**
 * A whole LLaVA in a few hundred kilobytes, made on the spot: random weights, a tokenizer, drawn pictures and
 * conversations about them that a training of some seconds can learn. Tests, samples and first runs work on it as on
 * any folder from the hub. Start at {@link org.moslora.datasets.tiny.TinyLlava}.
 */
@NullMarked
package org.moslora.datasets.tiny;

import org.jspecify.annotations.NullMarked;
