/**
 * Names and bytes: tensors on disk, read by mapping and written by streaming, with every error told as
 * {@link org.moslora.problems.InvalidInput}. Start at {@link org.moslora.tensors.ModelFolder}, which opens whatever a
 * model's weights lie in as one {@link org.moslora.tensors.WeightSource}; {@link org.moslora.tensors.Binding} checks
 * it against what a model expects; {@link org.moslora.tensors.SafetensorsWriter} writes files, and
 * {@link org.moslora.tensors.DurableFiles} everything else that must never be seen half written. {@code FORMAT.md}
 * beside this module describes the format.
 */
@NullMarked
package org.moslora.tensors;

import org.jspecify.annotations.NullMarked;
