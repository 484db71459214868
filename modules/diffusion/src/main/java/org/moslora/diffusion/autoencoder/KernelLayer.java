package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/**
 * A layer that is a pair of kernels of one shape.
 *
 * @param kernel their name, before {@code _forward} and {@code _backward}
 * @param tensors what both read
 * @param bytes of one number of the model's format
 * @param settings what both take after the tensors, for an input x
 */
record KernelLayer(String kernel, BlockTensors tensors, int bytes, Function<NDArray, List<Object>> settings)
        implements Layer {
    @Override
    public boolean learns() {
        return tensors.learns();
    }

    @Override
    public NDArray forward(Arena arena, NDArray x, Tape tape) {
        List<Object> arguments = new ArrayList<>(List.of(x, tensors.weights(), tensors.adapters()));
        arguments.addAll(settings.apply(x));
        NDArray[] made = Kernels.get().call(arena, kernel + "_forward", arguments.toArray());
        tape.add(x, Arrays.asList(made).subList(1, made.length), bytes);
        return made[0];
    }

    @Override
    public NDArray backward(Arena arena, NDArray dy, Tape tape, boolean need) {
        Tape.Entry entry = tape.take();
        List<Object> arguments = new ArrayList<>(List.of(
                dy,
                entry.input(),
                entry.saved(),
                tensors.weights(),
                tensors.weightGradients(),
                tensors.adapters(),
                tensors.adapterGradients()));
        arguments.addAll(settings.apply(entry.input()));
        arguments.add(need);
        NDArray dx = Kernels.get().one(arena, kernel + "_backward", arguments.toArray());
        entry.close();
        return dx;
    }
}
