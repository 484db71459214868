/**
 * Model folders written as folders of ONNX graphs: {@link org.moslora.onnx.export.PictureExport} for image generators,
 * {@link org.moslora.onnx.export.LlavaExport} for vision-language models, {@link org.moslora.onnx.export.TextExport} for language models.
 * Each builds its graphs, streams the weights into them with adapters added in, and completes the configs for those who
 * read them. Start at {@code PictureExport}.
 */
@NullMarked
package org.moslora.onnx.export;

import org.jspecify.annotations.NullMarked;
