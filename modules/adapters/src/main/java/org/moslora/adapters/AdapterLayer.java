package org.moslora.adapters;

import org.jspecify.annotations.Nullable;

/**
 * One layer of an adapter on disk.
 *
 * @param path the linear it belongs to, canonical
 * @param rank of its factors
 * @param alpha its scale times its rank
 * @param down the file's key of A [rank, inputs]
 * @param mixer the file's key of M [rank, rank], or null
 * @param up the file's key of B [outputs, rank]
 * @param inputs width that A takes
 * @param outputs width that B gives
 */
public record AdapterLayer(
        String path,
        int rank,
        double alpha,
        String down,
        @Nullable String mixer,
        String up,
        long inputs,
        long outputs) {
    /** Factor of the update. */
    public double scale() {
        return alpha / rank;
    }
}
