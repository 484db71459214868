package org.moslora.layers.block;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/**
 * A block that is a pair of kernels of one shape:
 *
 * <pre>
 * NAME_forward(x, block, seed, constants …, context …) -> [y, what the backward pass needs …]
 * NAME_backward(dy, x, saved, block, seed, need, constants …, context …) -> [dx, other gradients …]
 * </pre>
 *
 * <p>Where {@code saved} is empty, the backward kernel computes again what forward returned after y.
 *
 * @param kernel their name, before {@code _forward} and {@code _backward}
 * @param tensors what both read
 * @param bytes of one number of the model's format
 * @param constants what both take besides
 * @param context what they take from and give to a pass
 */
public record KernelBlock<P>(String kernel, BlockTensors tensors, int bytes, List<?> constants, Context<P> context)
        implements Block<P> {
    @Override
    public boolean learns() {
        return tensors.learns();
    }

    @Override
    public NDArray forward(Arena arena, NDArray x, P pass, Tape tape, long seed) {
        List<Object> arguments = new ArrayList<>(List.of(x, tensors.block(), seed));
        arguments.addAll(constants);
        arguments.addAll(context.arguments(pass, x));
        NDArray[] made = Kernels.get().call(arena, kernel + "_forward", arguments.toArray());
        tape.add(x, Arrays.asList(made).subList(1, made.length), bytes);
        context.ran(pass);
        return made[0];
    }

    @Override
    public NDArray backward(Arena arena, NDArray dy, P pass, Tape tape, long seed, boolean need) {
        Tape.Entry entry = tape.take();
        List<Object> arguments =
                new ArrayList<>(List.of(dy, entry.input(), entry.saved(), tensors.block(), seed, need));
        arguments.addAll(constants);
        arguments.addAll(context.backwardArguments(pass, dy));
        NDArray[] gradients = Kernels.get().call(arena, kernel + "_backward", arguments.toArray());
        entry.close();
        context.takes(arena, pass, gradients, need);
        return gradients[0];
    }
}
