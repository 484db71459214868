package org.moslora.onnx.session;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a graph says of one of its inputs or outputs.
 *
 * @param type ONNX's code of the number format
 * @param dims its axes; negative where a run decides
 */
public record DeclaredValue(int type, List<Long> dims) {
    static final int FLOAT = 1;
    static final int INT32 = 6;
    static final int INT64 = 7;
    static final int HALF = 10;

    public DeclaredValue {
        dims = List.copyOf(dims);
    }

    /** Whether its numbers are floats. */
    public boolean isFloat() {
        return type == FLOAT;
    }

    /** Whether a value of this shape can be given. */
    boolean takes(List<Long> shape) {
        boolean fits = shape.size() == dims.size();
        for (int i = 0; fits && i < dims.size(); i++) {
            fits = dims.get(i) < 0 || dims.get(i).equals(shape.get(i));
        }
        return fits;
    }

    /** The axes as messages show them. */
    String shape() {
        return dims.stream().map(dim -> dim < 0 ? "?" : dim.toString()).collect(Collectors.joining(", ", "[", "]"));
    }
}
