package org.moslora.layers;

import java.util.List;

/**
 * An operation of libtorch's that ran, as {@link OperationTrace} saw it.
 *
 * @param name such as {@code aten::mm}; a kernel's own name where it is one of {@link Kernels}
 * @param shapes of what it was given, in order; what was no array has none
 * @param seconds from its beginning to its end
 * @param within the operations that it called itself
 */
public record TracedOperation(String name, List<List<Long>> shapes, double seconds, List<TracedOperation> within) {
    public TracedOperation {
        shapes = List.copyOf(shapes);
        within = List.copyOf(within);
    }

    /** Seconds in none of the operations that it called. */
    public double own() {
        return seconds - within.stream().mapToDouble(TracedOperation::seconds).sum();
    }
}
