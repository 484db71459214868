package org.moslora.adapters.form;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.LowRank;

/**
 * LoKr: ΔW = small ⊗ large (LyCORIS, Yeh et al. 2023, arXiv:2309.14859), each of the two whole or a product.
 *
 * @param kind whose factors these are
 * @param small {@code lokr_w1}, [l, m]
 * @param large {@code lokr_w2}, [k, n·kh·kw]
 */
public record KroneckerFactorization(FactorKind kind, KroneckerFactor small, KroneckerFactor large)
        implements Factorization {
    /**
     * How PEFT splits a side of a layer (peft/tuners/lokr/layer.py): what goes to the small factor.
     *
     * @param factor that where it divides the dimension, else the largest divisor up to it and the root; −1: up to the root
     */
    public static long split(long dimension, int factor) {
        if (factor > 0 && dimension % factor == 0) {
            return factor;
        }
        long most = factor > 0 ? factor : dimension;
        long first = 1;
        for (long next = 2; next <= most && next * next <= dimension; next++) {
            if (dimension % next == 0) {
                first = next;
            }
        }
        return first;
    }

    /** Where both factors are whole nothing has a rank; then the larger side of the large one, as it takes to be so. */
    @Override
    public int rank() {
        return (int)
                (small.isWhole() && large.isWhole()
                        ? Math.max(large.rows(), large.columns())
                        : small.isWhole() ? large.rank() : small.rank());
    }

    /** Whether neither factor is a product, in which case files of LyCORIS give it a scale of 1. */
    public boolean isWhole() {
        return small.isWhole() && large.isWhole();
    }

    @Override
    public long outputs() {
        return Math.multiplyExact(small.rows(), large.rows());
    }

    @Override
    public long inputs() {
        return Math.multiplyExact(small.columns(), large.columns());
    }

    @Override
    public boolean isCored() {
        return !kernel().isEmpty() && !large.isWhole();
    }

    @Override
    public List<Long> kernel() {
        return large.kernel();
    }

    @Override
    public boolean suits(long places) {
        return large.kernel().isEmpty() || large.kernel().stream().reduce(1L, (a, b) -> a * b) == places;
    }

    @Override
    public Map<TensorRole, Factor> factors() {
        Map<TensorRole, Factor> factors = small.factors(
                TensorRole.KRONECKER_1, TensorRole.KRONECKER_1A, TensorRole.KRONECKER_1B, TensorRole.KRONECKER_2C);
        factors.putAll(large.factors(
                TensorRole.KRONECKER_2, TensorRole.KRONECKER_2A, TensorRole.KRONECKER_2B, TensorRole.KRONECKER_2C));
        return factors;
    }

    @Override
    public Factor inner() {
        return large.inner();
    }

    @Override
    public Factor outer() {
        return large.outer();
    }

    @Override
    public String describedInputs() {
        return small.inner().described() + " and " + large.inner().described();
    }

    @Override
    public String describedOutputs() {
        return small.outer().described() + " and " + large.outer().described();
    }

    @Override
    public NDArray change(Arena arena, Factors factors, double scale) {
        return Kernels.get().one(arena, "kronecker", small.matrix(arena, factors), large.matrix(arena, factors), scale);
    }

    /** The rank of a Kronecker product is the product of the ranks. */
    @Override
    public OptionalInt exactRank() {
        return OptionalInt.of((int) Math.multiplyExact(small.exactRank(), large.exactRank()));
    }

    @Override
    public LowRank pair(Arena arena, Factors factors, double scale) {
        LowRank one = small.pair(arena, factors);
        LowRank other = large.pair(arena, factors);
        NDArray[] pair =
                Kernels.get().call(arena, "kronecker_pair", one.down(), one.up(), other.down(), other.up(), scale);
        return new LowRank(pair[0], pair[1]);
    }

    /** The pair nearest to scale·ΔW, from what each factor consists of. */
    public LowRankApproximation nearest(Arena arena, Factors factors, double scale, Truncation truncation) {
        return LowRankApproximation.ofProduct(
                arena, small.matrix(arena, factors), large.matrix(arena, factors), scale, truncation);
    }

    /** Reads a layer; null after a problem was told. */
    public static @Nullable KroneckerFactorization read(FactorReader reader, FactorKind kind) {
        if (!reader.hasOnly(
                TensorRole.KRONECKER_1,
                TensorRole.KRONECKER_1A,
                TensorRole.KRONECKER_1B,
                TensorRole.KRONECKER_2,
                TensorRole.KRONECKER_2A,
                TensorRole.KRONECKER_2B,
                TensorRole.KRONECKER_2C)) {
            return null;
        }
        KroneckerFactor small = KroneckerFactor.read(
                reader, TensorRole.KRONECKER_1, TensorRole.KRONECKER_1A, TensorRole.KRONECKER_1B, null);
        KroneckerFactor large = KroneckerFactor.read(
                reader,
                TensorRole.KRONECKER_2,
                TensorRole.KRONECKER_2A,
                TensorRole.KRONECKER_2B,
                TensorRole.KRONECKER_2C);
        return small == null || large == null ? null : new KroneckerFactorization(kind, small, large);
    }
}
