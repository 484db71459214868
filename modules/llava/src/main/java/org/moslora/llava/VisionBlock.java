package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.LinearStack;
import org.moslora.layers.Plain;
import org.moslora.layers.Tape;
import org.moslora.llama.Parts;

/** One block of the vision tower. */
final class VisionBlock {
    private final VisionConfig config;
    private final List<Plain> norms;
    private final List<Linear> linears;
    private final NDArray none;
    private final int bytes;
    private @Nullable LinearStack stack;

    VisionBlock(Parts parts, VisionConfig config, String path) {
        this.config = config;
        this.none = parts.none();
        this.bytes = parts.compute().precision().bytes();
        this.norms = List.of(
                parts.tensor(path + "layer_norm1.weight"),
                parts.tensor(path + "layer_norm1.bias"),
                parts.tensor(path + "layer_norm2.weight"),
                parts.tensor(path + "layer_norm2.bias"));
        this.linears = List.of(
                parts.linear(path + "self_attn.q_proj", true),
                parts.linear(path + "self_attn.k_proj", true),
                parts.linear(path + "self_attn.v_proj", true),
                parts.linear(path + "self_attn.out_proj", true),
                parts.linear(path + "mlp.fc1", true),
                parts.linear(path + "mlp.fc2", true));
    }

    boolean learns() {
        return stack().learns();
    }

    /** x [pictures · tokens, width] to y of the same shape; x goes onto the tape. */
    NDArray forward(Arena arena, NDArray x, long[] lengths, long seed, Tape tape) {
        NDArray[] made = Kernels.get()
                .call(
                        arena,
                        "vision_forward",
                        x,
                        stack().weights(),
                        stack().adapters(),
                        lengths,
                        config.heads(),
                        config.epsilon(),
                        config.activation(),
                        stack().dropout(),
                        seed,
                        false);
        tape.add(x, Arrays.asList(made).subList(1, made.length), bytes);
        return made[0];
    }

    /** As the decoder's blocks do: gathers gradients; that of x where {@code need} says so. */
    NDArray backward(Arena arena, NDArray dy, long[] lengths, long seed, Tape tape, boolean need) {
        Tape.Entry entry = tape.take();
        NDArray dx = Kernels.get()
                .one(
                        arena,
                        "vision_backward",
                        dy,
                        entry.input(),
                        entry.saved(),
                        stack().weights(),
                        stack().weightGradients(),
                        stack().adapters(),
                        stack().adapterGradients(),
                        lengths,
                        config.heads(),
                        config.epsilon(),
                        config.activation(),
                        stack().dropout(),
                        seed,
                        false,
                        need);
        entry.close();
        return dx;
    }

    private LinearStack stack() {
        LinearStack made = LinearStack.current(stack, norms, linears, none);
        stack = made;
        return made;
    }
}
