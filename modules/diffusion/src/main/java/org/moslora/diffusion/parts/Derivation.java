package org.moslora.diffusion.parts;

import java.util.List;

/**
 * How a tensor comes out of one in a file that lays it out differently.
 *
 * @param source the file's tensor
 * @param shape what is made of it; as many elements as there are from {@code skip} on, or fewer
 * @param skip elements of the source that come before
 * @param transposed whether the source is a matrix that is to be transposed
 * @param exchanged whether the second half of what is made stands first in the source
 */
public record Derivation(String source, List<Long> shape, long skip, boolean transposed, boolean exchanged) {
    /** Copies the shape. */
    public Derivation {
        shape = List.copyOf(shape);
    }

    /** A stretch of the source, or all of it transposed. */
    public Derivation(String source, List<Long> shape, long skip, boolean transposed) {
        this(source, shape, skip, transposed, false);
    }

    /** The whole source under another shape. */
    public static Derivation reshaped(String source, List<Long> shape) {
        return new Derivation(source, shape, 0, false);
    }
}
