/**
 * Adapters for graphs that take low-rank pairs as optional inputs: {@link org.moslora.onnx.adapter.GraphAdapters} folds
 * adapters of any readable format into pairs under the inputs' names, {@link org.moslora.onnx.adapter.AdapterFormatFile}
 * writes and reads them as {@code .onnx_adapter}. Start at {@code GraphAdapters}.
 */
@NullMarked
package org.moslora.onnx.adapter;

import org.jspecify.annotations.NullMarked;
