/**
 * Graphs that run: {@link org.moslora.onnx.session.GraphHeader} reads what a file declares and checks it before anything
 * is loaded, {@link org.moslora.onnx.session.RunningGraph} is ONNX Runtime's session on it, {@link
 * org.moslora.onnx.session.AdapterCache} keeps the adapters that its runs take up and lay down. Start at {@code RunningGraph}.
 */
@NullMarked
package org.moslora.onnx.session;

import org.jspecify.annotations.NullMarked;
