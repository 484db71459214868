package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.OutputGain;
import org.moslora.layers.Site;
import org.moslora.layers.Structure;

/**
 * DoRA (Liu et al. 2024, arXiv:2402.09353): the weight becomes m·V/‖V‖ by rows, V = W + ΔW with ΔW = s·B·core·A. To the
 * kernels that is a gain m/‖V‖ on the outputs. The norm is a constant in the backward pass (section 4.3), and
 * ‖V‖² = ‖W‖² + 2⟨W, ΔW⟩ + ‖ΔW‖² comes from products with the factors, so that no ΔW is ever made. Dropout is on what A
 * sees alone.
 */
final class DecomposedAdapter implements Adapter {
    private final LowRankAdapter direction;
    private final Parameter magnitude;

    /** Weights of all layers, and by output [layers, out]: ‖W‖², ‖V‖ and the gain as kernels read it. */
    private record State(
            Structure frozen, NDArray squares, NDArray norms, NDArray gains, LowRankAdapter.Windows direction) {}

    DecomposedAdapter(Site site, LowRankAdapter direction) {
        this.direction = direction;
        Parameter.Start rows = (arena, seed, linear) -> norms(arena, linear);
        Parameter made = Parameter.outer(TensorRole.MAGNITUDE, rows, site.outputs());
        this.magnitude = site.isConvolution() ? made.inFiles(1, site.outputs(), 1, 1) : made;
    }

    private static NDArray norms(Arena arena, Linear linear) {
        try (Arena step = arena.child()) {
            Structure frozen = new BlockTensors(step, List.of(), List.of(linear)).block();
            return Kernels.get().one(arena, "row_norms", frozen, 0);
        }
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(direction.parameters());
        all.add(magnitude);
        return all;
    }

    @Override
    public Attachment attach(Arena arena, Compute compute, List<Linear> linears) {
        long[] shape = magnitude.value().getShape().getShape();
        Structure frozen = new BlockTensors(arena, List.of(), linears).block();
        NDArray squares = arena.zeros(shape);
        for (int i = 0; i < linears.size(); i++) {
            try (Arena step = arena.child()) {
                NDArray own = Kernels.get().one(step, "row_squares", frozen, i);
                Kernels.get().call(step, "copied_into", row(step, squares, i), own);
            }
        }
        NDArray gains =
                Kernels.get().one(arena, "blank", shape, compute.precision().scalarType(), compute.deviceName());
        State made = new State(frozen, squares, arena.zeros(shape), gains, direction.windows(arena, compute));
        List<Attached> directions = direction.layers(arena, made.direction(), linears.size());
        List<Attached> attached = new ArrayList<>();
        for (int i = 0; i < linears.size(); i++) {
            Attached own = directions.get(i);
            attached.add(new Attached(
                    new OutputGain(own.delta(), row(arena, gains, i)),
                    new OutputGain(own.gradient(), row(arena, magnitude.gradient(), i))));
        }
        return new Attachment(attached, step -> materialize(step, made), step -> backward(step, made));
    }

    private static NDArray row(Arena arena, NDArray array, int i) {
        return Kernels.get().one(arena, "row", array, i);
    }

    private void materialize(Arena arena, State now) {
        direction.materialize(arena, now.direction());
        Kernels.get()
                .call(
                        arena,
                        "fold_gains",
                        now.frozen(),
                        now.squares(),
                        now.direction().pair(),
                        now.direction().up(),
                        magnitude.value(),
                        now.norms(),
                        now.gains());
    }

    /** The gain's gradient was gathered where the magnitude's belongs: it is that over the norm. */
    private void backward(Arena arena, State now) {
        direction.backward(arena);
        Kernels.get().call(arena, "pull_back_gains", magnitude.gradient(), now.norms());
    }
}
