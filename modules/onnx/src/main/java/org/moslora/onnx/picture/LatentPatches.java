package org.moslora.onnx.picture;

import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Operators;

/**
 * Latents [B, channels, 2h, 2w] as places, each a square of two by two, its channels last.
 *
 * @param latents whose size counts
 */
record LatentPatches(Operators ops, GraphValue latents) {
    private static final long SIDE = 2;

    /** Rows of places, h as a vector. */
    GraphValue high() {
        return ops.over(ops.sizes(latents, 2, 3), ops.vector(SIDE));
    }

    /** Columns of places, w as a vector. */
    GraphValue wide() {
        return ops.over(ops.sizes(latents, 3, 4), ops.vector(SIDE));
    }

    /** Other latents of this size as rows [B·h·w, row · column · channel]. */
    GraphValue rows(GraphValue of) {
        GraphValue side = ops.vector(SIDE);
        GraphValue shape = ops.concat(0, ops.sizes(latents, 0, 2), high(), side, wide(), side);
        GraphValue parted = ops.reshape(of, shape, axes(latents.axis(1), Axis.unknown(), Axis.of(SIDE)));
        return ops.reshape(ops.transpose(parted, 0, 2, 4, 3, 5, 1), -1, SIDE * SIDE * latents.size(1));
    }

    /** And back. */
    GraphValue back(GraphValue rows) {
        GraphValue inside = ops.vector(SIDE, SIDE, latents.size(1));
        GraphValue shape = ops.concat(0, ops.sizes(latents, 0, 1), high(), wide(), inside);
        GraphValue parted = ops.reshape(
                rows,
                shape,
                latents.axis(0),
                Axis.unknown(),
                Axis.unknown(),
                Axis.of(SIDE),
                Axis.of(SIDE),
                latents.axis(1));
        return ops.reshape(
                ops.transpose(parted, 0, 5, 1, 3, 2, 4),
                ops.sizes(latents, 0, 4),
                latents.axes().toArray(new Axis[0]));
    }

    private Axis[] axes(Axis channels, Axis free, Axis side) {
        return new Axis[] {latents.axis(0), channels, free, side, free, side};
    }
}
