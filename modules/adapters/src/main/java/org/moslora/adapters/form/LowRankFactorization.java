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
 * @param between what it has between A and B
 * @param down A, [r, in] or [r, in, kh, kw]; pointwise where there is a core; AdaLoRA's is always a matrix
 * @param mixer M or G, [r, r]; E, [r, 1]; or null
 * @param core [r, r, kh, kw], or null
 * @param up B, [out, r] or [out, r, 1, 1]
 * @param isEmbedding whether it is an embedding table's, whose rows are the inputs
 */
public record LowRankFactorization(
        FactorKind kind,
        Between between,
        Factor down,
        @Nullable Factor mixer,
        @Nullable Factor core,
        Factor up,
        boolean isEmbedding)
        implements Factorization {
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
        return between.isDiagonal() || places == (core == null ? down : core).places();
    }

    @Override
    public Map<TensorRole, Factor> factors() {
        Map<TensorRole, Factor> factors = new TreeMap<>();
        factors.put(isEmbedding ? TensorRole.EMBEDDING_DOWN : TensorRole.DOWN, down);
        if (mixer != null && between.role() != null) {
            factors.put(between.role(), mixer);
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
        Between.FixedMixer fixed = between.fixed();
        int rank = rank();
        NDArray[] pair = Kernels.get()
                .call(
                        arena,
                        "pair",
                        factors.wide(down),
                        fixed != null
                                ? arena.floats(fixed.entries(rank), rank, rank)
                                : mixer == null ? none : factors.wide(mixer),
                        core == null ? none : factors.wide(core),
                        factors.wide(up),
                        scale);
        return new LowRank(pair[0], pair[1]);
    }

    /** Reads a layer of a kind that has this between A and B; null after a problem was told. */
    public static @Nullable LowRankFactorization read(FactorReader reader, FactorKind kind, Between between) {
        TensorRole middle = between.role();
        boolean diagonal = between.isDiagonal();
        boolean embedding = !diagonal && reader.has(TensorRole.EMBEDDING_DOWN, TensorRole.EMBEDDING_UP);
        TensorRole inner = embedding ? TensorRole.EMBEDDING_DOWN : TensorRole.DOWN;
        TensorRole outer = embedding ? TensorRole.EMBEDDING_UP : TensorRole.UP;
        Factor down = reader.needed(inner);
        Factor mixer = middle == null ? null : reader.needed(middle);
        Factor up = reader.needed(outer);
        Factor core = embedding ? null : reader.get(TensorRole.CORE);
        if (down == null || up == null || (middle != null && mixer == null)) {
            return null;
        }
        if (!reader.hasOnly(inner, middle == null ? inner : middle, outer, embedding ? inner : TensorRole.CORE)) {
            return null;
        }
        long rank = reader.rank(down.shape().isEmpty() ? 0 : down.size(0), down);
        int axes = diagonal
                ? FactorReader.CUT
                : embedding ? FactorReader.MATRIX : core == null ? FactorReader.ANY : FactorReader.POINTWISE;
        boolean fits = reader.fits(down, axes, rank, FactorReader.FREE);
        fits &= reader.fits(
                up,
                diagonal ? FactorReader.CUT : embedding ? FactorReader.MATRIX : FactorReader.POINTWISE,
                FactorReader.FREE,
                rank);
        fits &= mixer == null
                || reader.fits(mixer, diagonal ? FactorReader.CUT : FactorReader.MATRIX, rank, diagonal ? 1 : rank);
        fits &= core == null || reader.fits(core, FactorReader.KERNEL, rank, rank);
        return fits ? new LowRankFactorization(kind, between, down, mixer, core, up, embedding) : null;
    }
}
