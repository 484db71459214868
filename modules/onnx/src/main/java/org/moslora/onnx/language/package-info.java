/**
 * The parts of vision-language and of language models as graphs: pictures to embeddings, token ids to embeddings, and the decoder
 * with its cache coming in and going out. Start at {@link org.moslora.onnx.language.DecoderGraph}.
 */
@NullMarked
package org.moslora.onnx.language;

import org.jspecify.annotations.NullMarked;
