package org.moslora.diffusion.text;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/** One block of a text encoder: one kernel call forward, one backward. */
final class TextBlock {
    private final TextConfig config;
    private final BlockTensors tensors;
    private final int bytes;

    TextBlock(Parts parts, TextConfig config, int index) {
        this.config = config;
        this.bytes = parts.bytes();
        String path = TextNames.block(index);
        this.tensors = parts.block(
                parts.norms(path + "layer_norm1", path + "layer_norm2"),
                parts.linear(path + "self_attn.q_proj"),
                parts.linear(path + "self_attn.k_proj"),
                parts.linear(path + "self_attn.v_proj"),
                parts.linear(path + "self_attn.out_proj"),
                parts.linear(path + "mlp.fc1"),
                parts.linear(path + "mlp.fc2"));
    }

    boolean learns() {
        return tensors.learns();
    }

    /** x [texts · tokens, hidden] to y of the same shape; x goes onto the tape. */
    NDArray forward(Arena arena, NDArray x, long[] lengths, long seed, Tape tape) {
        NDArray[] made = Kernels.get()
                .call(
                        arena,
                        "text_forward",
                        x,
                        tensors.weights(),
                        tensors.adapters(),
                        lengths,
                        config.heads(),
                        config.epsilon(),
                        config.activation(),
                        tensors.dropout(),
                        seed,
                        false);
        tape.add(x, Arrays.asList(made).subList(1, made.length), bytes);
        return made[0];
    }

    /** Adds the block's gradients; the gradient of x where {@code need} says so. Closes the tape's entry. */
    NDArray backward(Arena arena, NDArray dy, long[] lengths, long seed, Tape tape, boolean need) {
        Tape.Entry entry = tape.take();
        NDArray dx = Kernels.get()
                .one(
                        arena,
                        "text_backward",
                        dy,
                        entry.input(),
                        entry.saved(),
                        tensors.weights(),
                        tensors.weightGradients(),
                        tensors.adapters(),
                        tensors.adapterGradients(),
                        lengths,
                        config.heads(),
                        config.epsilon(),
                        config.activation(),
                        tensors.dropout(),
                        seed,
                        false,
                        need);
        entry.close();
        return dx;
    }
}
