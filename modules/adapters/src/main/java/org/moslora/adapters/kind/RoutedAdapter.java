package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Routed;

/** Experts and their router, as they are but for the scale, which goes into every A. */
final class RoutedAdapter implements Adapter {
    private final double scale;
    private final int topK;
    private final Parameter down;
    private final Parameter router;
    private final Parameter up;

    /**
     * What the kernels read, of all layers at once.
     *
     * @param down s·A, [layers, experts, r, in]
     */
    private record Windows(NDArray down, KernelCopy router, KernelCopy up) {}

    RoutedAdapter(double scale, int topK, Parameter down, Parameter router, Parameter up) {
        this.scale = scale;
        this.topK = topK;
        this.down = down;
        this.router = router;
        this.up = up;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(down, router, up);
    }

    @Override
    public Attachment attach(Arena arena, Compute compute, List<Linear> linears) {
        Windows made = new Windows(
                KernelCopy.blank(arena, compute, down.value().getShape().getShape()),
                KernelCopy.of(arena, compute, router),
                KernelCopy.of(arena, compute, up));
        NDArray top = arena.floats(new float[0], topK, 0);
        List<Attached> attached = IntStream.range(0, linears.size())
                .mapToObj(layer -> attached(arena, made, layer, top))
                .toList();
        return new Attachment(attached, step -> materialize(step, made), this::backward);
    }

    private Attached attached(Arena arena, Windows made, int layer, NDArray top) {
        return new Attached(
                new Routed(
                        KernelCopy.row(arena, made.down(), layer),
                        made.up().row(arena, layer),
                        made.router().row(arena, layer),
                        top),
                // The gradient of s·A is gathered where that of A belongs.
                new Routed(
                        KernelCopy.row(arena, down.gradient(), layer),
                        KernelCopy.row(arena, up.gradient(), layer),
                        KernelCopy.row(arena, router.gradient(), layer),
                        top));
    }

    private void materialize(Arena arena, Windows now) {
        Kernels.get().call(arena, "fold_plain", down.value(), scale, now.down());
        now.router().refresh(arena);
        now.up().refresh(arena);
    }

    private void backward(Arena arena) {
        Kernels.get().call(arena, "pull_back_plain", down.gradient(), scale);
    }
}
