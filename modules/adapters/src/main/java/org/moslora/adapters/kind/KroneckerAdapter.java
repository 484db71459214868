package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Kronecker;
import org.moslora.layers.Linear;

/**
 * ΔW = s·small ⊗ large. The kernels read the small factor whole, the scale in it, and the large one as it is stored: so
 * what they are given is never larger than the factors.
 */
final class KroneckerAdapter implements Adapter {
    private final double scale;
    private final Side small;
    private final Side large;

    /**
     * One of the two factors: outer·inner, or inner alone.
     *
     * @param outer [layers, rows, r], or null
     * @param inner [layers, r, columns]; alone [layers, rows, columns]
     */
    record Side(@Nullable Parameter outer, Parameter inner) {
        Stream<Parameter> parameters() {
            return outer == null ? Stream.of(inner) : Stream.of(outer, inner);
        }
    }

    /**
     * What the kernels read, of all layers at once.
     *
     * @param small s·small, [layers, l, m]
     * @param gradient of it
     * @param a the large factor's outer half, or null
     * @param b its inner half, or the whole
     */
    private record Windows(
            NDArray small, NDArray gradient, @Nullable KernelCopy a, KernelCopy b) {}

    KroneckerAdapter(double scale, Side small, Side large) {
        this.scale = scale;
        this.small = small;
        this.large = large;
    }

    @Override
    public List<Parameter> parameters() {
        return Stream.concat(small.parameters(), large.parameters()).toList();
    }

    @Override
    public Attachment attach(Arena arena, Compute compute, List<Linear> linears) {
        Parameter first = small.outer() == null ? small.inner() : small.outer();
        long[] shape = {
            linears.size(),
            first.value().getShape().get(1),
            small.inner().value().getShape().get(2)
        };
        Windows made = new Windows(
                KernelCopy.blank(arena, compute, shape),
                small.outer() == null ? small.inner().gradient() : KernelCopy.wideBlank(arena, compute, shape),
                large.outer() == null ? null : KernelCopy.of(arena, compute, large.outer()),
                KernelCopy.of(arena, compute, large.inner()));
        List<Attached> attached = IntStream.range(0, linears.size())
                .mapToObj(layer -> attached(arena, made, layer))
                .toList();
        return new Attachment(attached, step -> materialize(step, made), step -> backward(step, made));
    }

    private Attached attached(Arena arena, Windows made, int layer) {
        Parameter outer = large.outer();
        KernelCopy a = made.a();
        return new Attached(
                new Kronecker(
                        KernelCopy.row(arena, made.small(), layer),
                        a == null ? null : a.row(arena, layer),
                        made.b().row(arena, layer)),
                new Kronecker(
                        KernelCopy.row(arena, made.gradient(), layer),
                        outer == null ? null : KernelCopy.row(arena, outer.gradient(), layer),
                        KernelCopy.row(arena, large.inner().gradient(), layer)));
    }

    private void materialize(Arena arena, Windows now) {
        Parameter outer = small.outer();
        NDArray inner = small.inner().value();
        if (outer == null) {
            Kernels.get().call(arena, "fold_plain", inner, scale, now.small());
        } else {
            Kernels.get().call(arena, "kronecker_fold", outer.value(), inner, scale, now.small());
            Kernels.get().call(arena, "zero", List.of(now.gradient()));
        }
        if (now.a() != null) {
            now.a().refresh(arena);
        }
        now.b().refresh(arena);
    }

    private void backward(Arena arena, Windows now) {
        NDArray gradient = now.gradient();
        Parameter outer = small.outer();
        if (outer == null) {
            Kernels.get().call(arena, "pull_back_plain", gradient, scale);
            return;
        }
        Kernels.get()
                .call(
                        arena,
                        "kronecker_pull_back",
                        gradient,
                        outer.value(),
                        small.inner().value(),
                        scale,
                        outer.gradient(),
                        small.inner().gradient());
    }
}
