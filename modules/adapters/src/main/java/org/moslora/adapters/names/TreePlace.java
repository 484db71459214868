package org.moslora.adapters.names;

import java.util.List;

/**
 * A layer of a transformer in its authors' tree, and what it is in diffusers.
 *
 * @param original its name there
 * @param paths diffusers' layers whose rows it has, in order, as many of each
 * @param swapped whether its two halves stand the other way round
 */
public record TreePlace(String original, List<String> paths, boolean swapped) {
    public TreePlace {
        paths = List.copyOf(paths);
    }
}
