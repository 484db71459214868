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
import org.moslora.layers.Routed;

/**
 * Mixture-of-experts LoRA: Σ g_e(x)·B_e·A_e·x, g the softmax over the largest entries of router·x. What it does depends
 * on the input, so there is no ΔW.
 *
 * @param kind whose factors these are
 * @param down all A, [experts, r, in]
 * @param router [experts, in]
 * @param up all B, [experts, out, r]
 * @param topK how many experts an input uses
 */
public record RoutedFactorization(FactorKind kind, Factor down, Factor router, Factor up, int topK)
        implements Factorization {
    private static final String NO_CHANGE = "what routed experts do depends on the input";

    @Override
    public int rank() {
        return (int) down.size(1);
    }

    /** How many experts there are. */
    public int experts() {
        return (int) down.size(0);
    }

    @Override
    public long outputs() {
        return up.size(1);
    }

    @Override
    public long inputs() {
        return down.size(2);
    }

    @Override
    public List<Long> kernel() {
        return List.of();
    }

    @Override
    public boolean suits(long places) {
        return true;
    }

    @Override
    public boolean dependsOnInput() {
        return true;
    }

    @Override
    public Map<TensorRole, Factor> factors() {
        return new TreeMap<>(Map.of(TensorRole.DOWN, down, TensorRole.ROUTER, router, TensorRole.UP, up));
    }

    @Override
    public Factor inner() {
        return down;
    }

    @Override
    public Factor outer() {
        return up;
    }

    /** What kernels read, the scale in up. */
    public Routed routed(Arena arena, Factors factors, double scale) {
        return new Routed(
                factors.wide(down),
                Kernels.get().one(arena, "scaled", factors.wide(up), scale),
                factors.wide(router),
                arena.zeros(topK, 0));
    }

    @Override
    public NDArray change(Arena arena, Factors factors, double scale) {
        throw new IllegalStateException(NO_CHANGE);
    }

    @Override
    public OptionalInt exactRank() {
        return OptionalInt.empty();
    }

    @Override
    public LowRank pair(Arena arena, Factors factors, double scale) {
        throw new IllegalStateException(NO_CHANGE);
    }

    /** Reads a layer; null after a problem was told. */
    public static @Nullable RoutedFactorization read(FactorReader reader, FactorKind kind, int experts, int topK) {
        Factor down = reader.needed(TensorRole.DOWN);
        Factor router = reader.needed(TensorRole.ROUTER);
        Factor up = reader.needed(TensorRole.UP);
        if (down == null
                || router == null
                || up == null
                || !reader.hasOnly(TensorRole.DOWN, TensorRole.ROUTER, TensorRole.UP)) {
            return null;
        }
        long rank = reader.rank(down.shape().size() == 3 ? down.size(1) : 0, down);
        boolean fits = reader.isSized(down, experts, rank, FactorReader.FREE);
        fits &= reader.isSized(up, experts, FactorReader.FREE, rank);
        fits = fits && reader.isSized(router, experts, down.size(2));
        return fits ? new RoutedFactorization(kind, down, router, up, topK) : null;
    }
}
