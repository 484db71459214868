/**
 * Exported folders that run, behind the same seams as libtorch: {@link org.moslora.onnx.engine.OnnxPictures} paints with an
 * image generator, {@link org.moslora.onnx.engine.OnnxLanguageModelRunner} converses with a vision-language model or a
 * language model. Start at {@code OnnxPictures}.
 */
@NullMarked
package org.moslora.onnx.engine;

import org.jspecify.annotations.NullMarked;
