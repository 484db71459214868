package org.moslora.adapters.form;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.LowRank;

/**
 * The pair nearest to a change under a {@link Truncation}, both factors of it equally large.
 *
 * @param pair down [rank, inputs], up [outputs, rank], in fp32
 * @param dropped the squared norm of what is not in it
 * @param total the squared norm of the change
 */
public record LowRankApproximation(LowRank pair, double dropped, double total) {
    /** Of a pair: no larger matrix than its factors is decomposed. */
    public static LowRankApproximation of(Arena arena, LowRank pair, Truncation truncation) {
        return made(Kernels.get()
                .call(arena, "nearest_to_pair", pair.down(), pair.up(), truncation.most(), truncation.share()));
    }

    /** Of a matrix [outputs, inputs]. */
    public static LowRankApproximation of(Arena arena, NDArray change, Truncation truncation) {
        return made(Kernels.get().call(arena, "nearest_to_matrix", change, truncation.most(), truncation.share()));
    }

    /** Of scale·small ⊗ large, whose singular values are the products of those of the two. */
    static LowRankApproximation ofProduct(
            Arena arena, NDArray small, NDArray large, double scale, Truncation truncation) {
        return made(Kernels.get()
                .call(arena, "nearest_to_kronecker", small, large, scale, truncation.most(), truncation.share()));
    }

    private static LowRankApproximation made(NDArray[] made) {
        double[] energies = made[2].toDoubleArray();
        return new LowRankApproximation(new LowRank(made[0], made[1]), energies[0], energies[1]);
    }
}
