package org.moslora.onnx.graph;

import java.util.List;

/**
 * Something that a graph computes, reads or holds.
 *
 * @param name unique in its graph
 * @param element number format
 * @param axes as far as known
 */
public record GraphValue(String name, Element element, List<Axis> axes) {
    /** Copies the axes. */
    public GraphValue {
        axes = List.copyOf(axes);
    }

    /** Number of axes. */
    public int rank() {
        return axes.size();
    }

    /** An axis; negative counts from the end. */
    public Axis axis(int index) {
        return axes.get(index < 0 ? index + axes.size() : index);
    }

    /** The size of an axis that must be known; negative counts from the end. */
    public long size(int index) {
        Axis axis = axis(index);
        if (!axis.isFixed()) {
            throw new IllegalStateException(this + ": axis " + index + " must be known");
        }
        return axis.size();
    }

    @Override
    public String toString() {
        return name + " " + element + axes;
    }
}
