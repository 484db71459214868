package org.moslora.adapters.form;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.LowRank;

/** One of the two matrices of a Kronecker product. */
public sealed interface KroneckerFactor {
    /** Whether it is stored as it is. */
    boolean isWhole();

    /** Rank of its halves; of a whole one its smaller side. */
    long rank();

    /** Its height. */
    long rows();

    /** Its width, kernel places included. */
    long columns();

    /** Height and width of a kernel, where it shows. */
    List<Long> kernel();

    /** What it is in a file that gives these roles to the whole, its halves and its core. */
    Map<TensorRole, Factor> factors(TensorRole whole, TensorRole outer, TensorRole inner, TensorRole core);

    /** The factor that gives its rows. */
    Factor outer();

    /** The factor that gives its columns. */
    Factor inner();

    /** Its values, [rows, columns]. */
    NDArray matrix(Arena arena, Factors factors);

    /**
     * A matrix that is stored as it is.
     *
     * @param all [rows, columns] or [rows, channels, kh, kw]
     */
    record Whole(Factor all) implements KroneckerFactor {
        @Override
        public boolean isWhole() {
            return true;
        }

        @Override
        public long rank() {
            return Math.min(rows(), columns());
        }

        @Override
        public long rows() {
            return all.size(0);
        }

        @Override
        public long columns() {
            return all.columns();
        }

        @Override
        public List<Long> kernel() {
            return all.kernel();
        }

        @Override
        public Map<TensorRole, Factor> factors(TensorRole whole, TensorRole outer, TensorRole inner, TensorRole core) {
            return new TreeMap<>(Map.of(whole, all));
        }

        @Override
        public Factor outer() {
            return all;
        }

        @Override
        public Factor inner() {
            return all;
        }

        @Override
        public NDArray matrix(Arena arena, Factors factors) {
            return factors.wide(all);
        }
    }

    /**
     * A product of two halves, perhaps with a core between them.
     *
     * @param outer [rows, r], with a core [r, rows]
     * @param inner [r, columns], with a core [r, channels]
     * @param core [r, r, kh, kw], or null
     */
    record Product(Factor outer, Factor inner, @Nullable Factor core) implements KroneckerFactor {
        @Override
        public boolean isWhole() {
            return false;
        }

        @Override
        public long rank() {
            return inner.size(0);
        }

        @Override
        public long rows() {
            return outer.size(core == null ? 0 : 1);
        }

        @Override
        public long columns() {
            return Math.multiplyExact(inner.columns(), core == null ? 1 : core.places());
        }

        @Override
        public List<Long> kernel() {
            return core == null ? List.of() : core.kernel();
        }

        @Override
        public Map<TensorRole, Factor> factors(
                TensorRole whole, TensorRole outerRole, TensorRole innerRole, TensorRole coreRole) {
            Map<TensorRole, Factor> factors = new TreeMap<>(Map.of(outerRole, outer, innerRole, inner));
            if (core != null) {
                factors.put(coreRole, core);
            }
            return factors;
        }

        @Override
        public NDArray matrix(Arena arena, Factors factors) {
            NDArray left = factors.wide(outer);
            NDArray right = factors.wide(inner);
            return core == null
                    ? Kernels.get().one(arena, "product_of", left, right, 1.0)
                    : Kernels.get().one(arena, "tucker", factors.wide(core), left, right);
        }

        /** As a pair of its own rank; a core goes into the inner half. */
        private LowRank halves(Arena arena, Factors factors) {
            NDArray left = factors.wide(outer);
            NDArray right = factors.wide(inner);
            if (core == null) {
                return new LowRank(right, left);
            }
            int rank = (int) rank();
            NDArray down = Kernels.get().one(arena, "tucker", factors.wide(core), arena.identity(rank), right);
            NDArray up = Kernels.get().call(arena, "turned", left, right)[1];
            // Of a single row turned the strides stay odd, which the product of two pairs does not take.
            return new LowRank(down, Kernels.get().one(arena, "window", up, 0, new long[] {rows(), rank}));
        }
    }

    /** The rank that it has at most: no matrix has more than its smaller side. */
    default long exactRank() {
        return Math.min(rank(), Math.min(rows(), columns()));
    }

    /** It as a pair of that rank. */
    default LowRank pair(Arena arena, Factors factors) {
        return this instanceof Product product && rank() == exactRank()
                ? product.halves(arena, factors)
                : Factorization.whole(arena, matrix(arena, factors));
    }

    /** Reads what a layer has of one matrix; null after a problem was told. */
    static @Nullable KroneckerFactor read(
            FactorReader reader,
            TensorRole wholeRole,
            TensorRole outerRole,
            TensorRole innerRole,
            @Nullable TensorRole coreRole) {
        Factor whole = reader.get(wholeRole);
        Factor core = coreRole == null ? null : reader.get(coreRole);
        if (whole != null && !reader.has(outerRole, innerRole) && core == null) {
            reader.rank(0, whole);
            return reader.fits(
                            whole,
                            coreRole == null ? FactorReader.MATRIX : FactorReader.ANY,
                            FactorReader.FREE,
                            FactorReader.FREE)
                    ? new Whole(whole)
                    : null;
        }
        if (whole != null) {
            reader.twice(wholeRole);
            return null;
        }
        if (!reader.has(outerRole, innerRole)) {
            reader.needed(wholeRole);
            return null;
        }
        Factor outer = reader.needed(outerRole);
        Factor inner = reader.needed(innerRole);
        if (outer == null || inner == null) {
            return null;
        }
        long rank = reader.rank(inner.shape().isEmpty() ? 0 : inner.size(0), inner);
        boolean fits = reader.fits(inner, FactorReader.MATRIX, rank, FactorReader.FREE);
        fits &= core == null
                ? reader.fits(outer, FactorReader.MATRIX, FactorReader.FREE, rank)
                : reader.fits(outer, FactorReader.MATRIX, rank, FactorReader.FREE);
        fits &= core == null || reader.fits(core, FactorReader.KERNEL, rank, rank);
        return fits ? new Product(outer, inner, core) : null;
    }
}
