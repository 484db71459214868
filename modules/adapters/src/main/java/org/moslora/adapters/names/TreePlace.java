package org.moslora.adapters.names;

import java.util.Collections;
import java.util.List;

/**
 * A layer of a transformer in its authors' tree, and what it is in diffusers.
 *
 * @param original its name there
 * @param paths diffusers' layers whose rows it has, in order
 * @param shares how many parts of its rows each of them has
 * @param halves whether its two halves stand the other way round
 */
public record TreePlace(String original, List<String> paths, List<Integer> shares, Halves halves) {
    /** Copies the lists. */
    public TreePlace {
        paths = List.copyOf(paths);
        shares = List.copyOf(shares);
    }

    /** Which way round the two halves of a layer's rows stand. */
    public enum Halves {
        /** As in diffusers. */
        SAME,
        /** The other way round. */
        SWAPPED,
        /** The other way round where a shift and a scale are all that it makes, each as wide as what it reads. */
        SWAPPED_ALONE
    }

    /** A layer whose rows are shared alike. */
    TreePlace(String original, List<String> paths, Halves halves) {
        this(original, paths, Collections.nCopies(paths.size(), 1), halves);
    }

    /** Whether the halves of a layer of this size stand the other way round. */
    public boolean isSwapped(long outputs, long inputs) {
        return halves == Halves.SWAPPED || (halves == Halves.SWAPPED_ALONE && outputs == 2 * inputs);
    }

    /** Where the rows of a path begin, in parts. */
    public int from(int index) {
        return shares.subList(0, index).stream().mapToInt(Integer::intValue).sum();
    }

    /** How many parts there are. */
    public int parts() {
        return from(shares.size());
    }
}
