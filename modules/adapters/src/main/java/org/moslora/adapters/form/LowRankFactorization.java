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
 * Two outer factors with something or nothing between them: B·A (LoRA, Hu et al. 2021, arXiv:2106.09685), B·M·A
 * (MoSLoRA, Wu et al. 2024, arXiv:2406.11909, with a learnt or its fixed butterfly mixer), B·G·A (FLoRA, Si et al. 2024,
 * arXiv:2405.14739), B·diag(E)·A (AdaLoRA, Zhang et al. 2023, arXiv:2303.10512), or B·core·A with a core on the kernel's
 * places (LoCon of LyCORIS, Yeh et al. 2023, arXiv:2309.14859).
 *
 * @param kind which of them
 * @param down A, [r, in] or [r, in, kh, kw]; pointwise where there is a core; AdaLoRA's is always a matrix
 * @param mixer M or G, [r, r]; E, [r, 1]; or null
 * @param core [r, r, kh, kw], or null
 * @param up B, [out, r] or [out, r, 1, 1]
 * @param isEmbedding whether it is an embedding table's, whose rows are the inputs
 */
public record LowRankFactorization(
        FactorKind kind,
        Factor down,
        @Nullable Factor mixer,
        @Nullable Factor core,
        Factor up,
        boolean isEmbedding) implements Factorization {
    @Override
    public int rank() {
        return (int) up.size(1);
    }

    @Override
    public long outputs() {
        return up.size(0);
    }

    @Override
    public long inputs() {
        return Math.multiplyExact(down.columns(), core == null ? 1 : core.places());
    }

    @Override
    public List<Long> kernel() {
        return core == null ? down.kernel() : core.kernel();
    }

    @Override
    public boolean suits(long places) {
        return kind == FactorKind.ADALORA || places == (core == null ? down : core).places();
    }

    @Override
    public Map<TensorRole, Factor> factors() {
        Map<TensorRole, Factor> factors = new TreeMap<>();
        factors.put(isEmbedding ? TensorRole.EMBEDDING_DOWN : TensorRole.DOWN, down);
        if (mixer != null) {
            factors.put(between(kind), mixer);
        }
        if (core != null) {
            factors.put(TensorRole.CORE, core);
        }
        factors.put(isEmbedding ? TensorRole.EMBEDDING_UP : TensorRole.UP, up);
        return factors;
    }

    @Override
    public Factor inner() {
        return down;
    }

    @Override
    public Factor outer() {
        return up;
    }

    @Override
    public NDArray change(Arena arena, Factors factors, double scale) {
        LowRank pair = pair(arena, factors, scale);
        return Kernels.get().one(arena, "product_of", pair.up(), pair.down(), 1.0);
    }

    /** A pair as it is added to the weight, which an embedding table has the other way round. */
    LowRank onWeight(Arena arena, LowRank pair) {
        if (!isEmbedding) {
            return pair;
        }
        NDArray[] turned = Kernels.get().call(arena, "turned", pair.down(), pair.up());
        return new LowRank(turned[0], turned[1]);
    }

    @Override
    public OptionalInt exactRank() {
        return OptionalInt.of(rank());
    }

    /** A pair is what it is. */
    @Override
    public OptionalInt pairRank() {
        return exactRank();
    }

    @Override
    public LowRank pair(Arena arena, Factors factors, double scale) {
        NDArray none = arena.none();
        NDArray[] pair = Kernels.get()
                .call(
                        arena,
                        "pair",
                        factors.wide(down),
                        kind == FactorKind.BUTTERFLY ? butterfly(arena) : mixer == null ? none : factors.wide(mixer),
                        core == null ? none : factors.wide(core),
                        factors.wide(up),
                        scale);
        return new LowRank(pair[0], pair[1]);
    }

    /** [[I, I], [I, I]]. */
    private NDArray butterfly(Arena arena) {
        int rank = rank();
        float[] entries = new float[rank * rank];
        for (int i = 0; i < rank; i++) {
            entries[i * rank + i % (rank / 2)] = 1;
            entries[i * rank + i % (rank / 2) + rank / 2] = 1;
        }
        return arena.floats(entries, rank, rank);
    }

    private static TensorRole between(FactorKind kind) {
        return kind == FactorKind.ADALORA ? TensorRole.DIAGONAL : TensorRole.MIXER;
    }

    static @Nullable LowRankFactorization read(FactorReader parts, FactorKind kind) {
        boolean mixed = kind == FactorKind.MOSLORA || kind == FactorKind.FLORA || kind == FactorKind.ADALORA;
        boolean embedding = kind != FactorKind.ADALORA && parts.has(TensorRole.EMBEDDING_DOWN, TensorRole.EMBEDDING_UP);
        TensorRole inner = embedding ? TensorRole.EMBEDDING_DOWN : TensorRole.DOWN;
        TensorRole outer = embedding ? TensorRole.EMBEDDING_UP : TensorRole.UP;
        Factor down = parts.needed(inner);
        Factor mixer = mixed ? parts.needed(between(kind)) : null;
        Factor up = parts.needed(outer);
        Factor core = embedding ? null : parts.get(TensorRole.CORE);
        if (down == null || up == null || (mixed && mixer == null)) {
            return null;
        }
        if (!parts.hasOnly(inner, mixed ? between(kind) : inner, outer, embedding ? inner : TensorRole.CORE)) {
            return null;
        }
        long rank = parts.rank(down.shape().isEmpty() ? 0 : down.size(0), down);
        if (kind == FactorKind.BUTTERFLY && rank % 2 == 1) {
            parts.odd(rank);
            return null;
        }
        boolean diagonal = kind == FactorKind.ADALORA;
        int axes = diagonal
                ? FactorReader.CUT
                : embedding ? FactorReader.MATRIX : core == null ? FactorReader.ANY : FactorReader.POINTWISE;
        boolean fits = parts.fits(down, axes, rank, FactorReader.FREE);
        fits &= parts.fits(
                up,
                diagonal ? FactorReader.CUT : embedding ? FactorReader.MATRIX : FactorReader.POINTWISE,
                FactorReader.FREE,
                rank);
        fits &= mixer == null
                || parts.fits(mixer, diagonal ? FactorReader.CUT : FactorReader.MATRIX, rank, diagonal ? 1 : rank);
        fits &= core == null || parts.fits(core, FactorReader.KERNEL, rank, rank);
        return fits ? new LowRankFactorization(kind, down, mixer, core, up, embedding) : null;
    }
}
