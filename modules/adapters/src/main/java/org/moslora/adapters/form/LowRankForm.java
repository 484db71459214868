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
 * ΔW = B·A (LoRA, Hu et al. 2021, arXiv:2106.09685), B·M·A with a mixer (MoSLoRA, Wu et al. 2024, arXiv:2406.11909), or
 * B·core·A with a core on the kernel's places (LoCon of LyCORIS, Yeh et al. 2023, arXiv:2309.14859).
 *
 * @param down A, [r, in] or [r, in, kh, kw]; pointwise where there is a core
 * @param mixer M, [r, r], or null
 * @param core [r, r, kh, kw], or null
 * @param up B, [out, r] or [out, r, 1, 1]
 */
public record LowRankForm(
        Factor down, @Nullable Factor mixer, @Nullable Factor core, Factor up) implements Form {
    @Override
    public String kind() {
        return mixer == null ? "lora" : "moslora";
    }

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
        return places == (core == null ? down : core).places();
    }

    @Override
    public Map<Role, Factor> factors() {
        Map<Role, Factor> factors = new TreeMap<>();
        factors.put(Role.DOWN, down);
        if (mixer != null) {
            factors.put(Role.MIXER, mixer);
        }
        if (core != null) {
            factors.put(Role.CORE, core);
        }
        factors.put(Role.UP, up);
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

    @Override
    public OptionalInt pairRank() {
        return OptionalInt.of(rank());
    }

    @Override
    public LowRank pair(Arena arena, Factors factors, double scale) {
        NDArray none = arena.none();
        NDArray[] pair = Kernels.get()
                .call(
                        arena,
                        "pair",
                        factors.wide(down),
                        mixer == null ? none : factors.wide(mixer),
                        core == null ? none : factors.wide(core),
                        factors.wide(up),
                        scale);
        return new LowRank(pair[0], pair[1]);
    }

    static @Nullable LowRankForm read(Parts parts) {
        Factor down = parts.needed(Role.DOWN);
        Factor up = parts.needed(Role.UP);
        Factor mixer = parts.get(Role.MIXER);
        Factor core = parts.get(Role.CORE);
        if (down == null || up == null || !parts.hasOnly(Role.DOWN, Role.UP, Role.MIXER, Role.CORE)) {
            return null;
        }
        long rank = parts.rank(down.shape().isEmpty() ? 0 : down.size(0), down);
        boolean fits = parts.fits(down, core == null ? Parts.ANY : Parts.POINTWISE, rank, Parts.FREE);
        fits &= parts.fits(up, Parts.POINTWISE, Parts.FREE, rank);
        fits &= mixer == null || parts.fits(mixer, Parts.MATRIX, rank, rank);
        fits &= core == null || parts.fits(core, Parts.KERNEL, rank, rank);
        return fits ? new LowRankForm(down, mixer, core, up) : null;
    }
}
