/**
 * ONNX graphs as they are built: a {@link org.moslora.onnx.graph.Graph} gathers nodes, inputs and the names of weights;
 * {@link org.moslora.onnx.graph.Operators} and {@link org.moslora.onnx.graph.Layers} add to it with every shape checked
 * that is known, and {@link org.moslora.onnx.graph.GraphFile} writes it with the weights streamed in. Start at {@code
 * Layers}, which has the words that models are written in.
 */
@NullMarked
package org.moslora.onnx.graph;

import org.jspecify.annotations.NullMarked;
