package org.moslora.adapters.form;

import java.util.List;
import org.moslora.tensors.WeightSource;

/**
 * One tensor of an adapter's layer, not yet loaded.
 *
 * @param source the file that holds it
 * @param key its name there
 * @param shape its sizes
 */
public record Factor(WeightSource source, String key, List<Long> shape) {
    /** Copies the shape. */
    public Factor {
        shape = List.copyOf(shape);
    }

    /** A tensor of a source. */
    public Factor(WeightSource source, String key) {
        this(source, key, source.info(key).shape());
    }

    /** One size. */
    public long size(int axis) {
        return shape.get(axis);
    }

    /** How many numbers it has. */
    public long size() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** How many numbers one row of it has. */
    public long columns() {
        return shape.stream().skip(1).reduce(1L, Math::multiplyExact);
    }

    /** Its sizes after the first two: those of a kernel. */
    public List<Long> kernel() {
        return shape.size() <= 2 ? List.of() : shape.subList(2, shape.size());
    }

    /** How many places its kernel has, 1 for a matrix. */
    public long places() {
        return kernel().stream().reduce(1L, Math::multiplyExact);
    }

    /** Name and shape, for messages. */
    public String described() {
        return key + " is " + shape;
    }
}
