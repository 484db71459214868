package org.moslora.adapters.form;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.LowRank;

/**
 * LoHa: ΔW = (w1a·w1b) ⊙ (w2a·w2b) (FedPara, Hyeon-Woo et al. 2022, arXiv:2108.06098). With cores each half is
 * Σ t[i, j]·wa[i, out]·wb[j, in] at every place of the kernel.
 *
 * @param kind whose factors these are
 * @param first the first half
 * @param second the second half
 */
public record HadamardFactorization(FactorKind kind, Half first, Half second) implements Factorization {
    /**
     * One of the two matrices that are multiplied entry by entry.
     *
     * @param outer [out, r], with a core [r, out]
     * @param inner [r, in·kh·kw], with a core [r, in]
     * @param core [r, r, kh, kw], or null
     */
    public record Half(Factor outer, Factor inner, @Nullable Factor core) {
        NDArray matrix(Arena arena, Factors factors) {
            NDArray left = factors.wide(outer);
            NDArray right = factors.wide(inner);
            return core == null
                    ? Kernels.get().one(arena, "product_of", left, right, 1.0)
                    : Kernels.get().one(arena, "tucker", factors.wide(core), left, right);
        }

        private long outputs() {
            return outer.size(core == null ? 0 : 1);
        }

        private long inputs() {
            return Math.multiplyExact(inner.columns(), core == null ? 1 : core.places());
        }

        private static @Nullable Half read(
                FactorReader reader, TensorRole outerRole, TensorRole innerRole, TensorRole coreRole) {
            Factor outer = reader.needed(outerRole);
            Factor inner = reader.needed(innerRole);
            Factor core = reader.get(coreRole);
            if (outer == null || inner == null) {
                return null;
            }
            long rank = reader.rank(inner.shape().isEmpty() ? 0 : inner.size(0), inner);
            boolean fits = reader.fits(inner, FactorReader.MATRIX, rank, FactorReader.FREE);
            fits &= core == null
                    ? reader.fits(outer, FactorReader.MATRIX, FactorReader.FREE, rank)
                    : reader.fits(outer, FactorReader.MATRIX, rank, FactorReader.FREE);
            fits &= core == null || reader.fits(core, FactorReader.KERNEL, rank, rank);
            return fits ? new Half(outer, inner, core) : null;
        }
    }

    @Override
    public int rank() {
        return (int) first.inner().size(0);
    }

    @Override
    public long outputs() {
        return first.outputs();
    }

    @Override
    public long inputs() {
        return first.inputs();
    }

    @Override
    public boolean isCored() {
        return !kernel().isEmpty();
    }

    @Override
    public List<Long> kernel() {
        return first.core() == null ? List.of() : first.core().kernel();
    }

    @Override
    public boolean suits(long places) {
        return first.core() == null || first.core().places() == places;
    }

    @Override
    public Map<TensorRole, Factor> factors() {
        Map<TensorRole, Factor> factors = new TreeMap<>();
        factors.put(TensorRole.HADAMARD_1A, first.outer());
        factors.put(TensorRole.HADAMARD_1B, first.inner());
        factors.put(TensorRole.HADAMARD_2A, second.outer());
        factors.put(TensorRole.HADAMARD_2B, second.inner());
        if (first.core() != null && second.core() != null) {
            factors.put(TensorRole.HADAMARD_1C, first.core());
            factors.put(TensorRole.HADAMARD_2C, second.core());
        }
        return factors;
    }

    @Override
    public Factor inner() {
        return first.inner();
    }

    @Override
    public Factor outer() {
        return first.outer();
    }

    @Override
    public NDArray change(Arena arena, Factors factors, double scale) {
        return Kernels.get().one(arena, "hadamard", first.matrix(arena, factors), second.matrix(arena, factors), scale);
    }

    @Override
    public OptionalInt exactRank() {
        long most = Math.min(outputs(), inputs());
        return OptionalInt.of((int) (isProduct() ? (long) rank() * rank() : most));
    }

    /** Whether the pair made of the products of both halves' factors is smaller than ΔW. */
    private boolean isProduct() {
        return first.core() == null && (long) rank() * rank() < Math.min(outputs(), inputs());
    }

    @Override
    public LowRank pair(Arena arena, Factors factors, double scale) {
        if (!isProduct()) {
            return Factorization.whole(arena, change(arena, factors, scale));
        }
        NDArray[] pair = Kernels.get()
                .call(
                        arena,
                        "khatri_rao",
                        factors.wide(first.outer()),
                        factors.wide(first.inner()),
                        factors.wide(second.outer()),
                        factors.wide(second.inner()),
                        scale);
        return new LowRank(pair[0], pair[1]);
    }

    /** Reads a layer; null after a problem was told. */
    public static @Nullable HadamardFactorization read(FactorReader reader, FactorKind kind) {
        if (!reader.hasOnly(
                TensorRole.HADAMARD_1A,
                TensorRole.HADAMARD_1B,
                TensorRole.HADAMARD_2A,
                TensorRole.HADAMARD_2B,
                TensorRole.HADAMARD_1C,
                TensorRole.HADAMARD_2C)) {
            return null;
        }
        if (reader.has(TensorRole.HADAMARD_1C, TensorRole.HADAMARD_2C)
                && (reader.needed(TensorRole.HADAMARD_1C) == null || reader.needed(TensorRole.HADAMARD_2C) == null)) {
            return null;
        }
        Half first = Half.read(reader, TensorRole.HADAMARD_1A, TensorRole.HADAMARD_1B, TensorRole.HADAMARD_1C);
        Half second = Half.read(reader, TensorRole.HADAMARD_2A, TensorRole.HADAMARD_2B, TensorRole.HADAMARD_2C);
        if (first == null || second == null) {
            return null;
        }
        boolean same = reader.same(first.inner(), second.inner());
        same &= reader.same(first.outer(), second.outer());
        if (first.core() != null && second.core() != null) {
            same &= reader.same(first.core(), second.core());
        }
        return same ? new HadamardFactorization(kind, first, second) : null;
    }
}
