package org.moslora.llama;

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

/** One block of the language model: one kernel call forward, one backward. */
final class DecoderBlock {
    private final TextConfig config;
    private final List<Plain> norms;
    private final List<Linear> linears;
    private final NDArray none;
    private final int bytes;
    private @Nullable LinearStack stack;

    DecoderBlock(Parts parts, TextConfig config, String path) {
        this.config = config;
        this.none = parts.none();
        this.bytes = parts.compute().precision().bytes();
        this.norms = List.of(
                parts.tensor(path + "input_layernorm.weight"), parts.tensor(path + "post_attention_layernorm.weight"));
        this.linears = List.of(
                parts.linear(path + "self_attn.q_proj", config.attentionBias()),
                parts.linear(path + "self_attn.k_proj", config.attentionBias()),
                parts.linear(path + "self_attn.v_proj", config.attentionBias()),
                parts.linear(path + "self_attn.o_proj", config.outputBias()),
                parts.linear(path + "mlp.gate_proj", config.feedForwardBias()),
                parts.linear(path + "mlp.up_proj", config.feedForwardBias()),
                parts.linear(path + "mlp.down_proj", config.feedForwardBias()));
    }

    boolean learns() {
        return stack().learns();
    }

    /** x [rows, hidden] to y [kept rows, hidden]; x goes onto the tape. */
    NDArray forward(Arena arena, NDArray x, Rows rows, long seed, Tape tape) {
        NDArray[] made = Kernels.get()
                .call(
                        arena,
                        "decoder_forward",
                        x,
                        stack().weights(),
                        stack().adapters(),
                        rows.cos(),
                        rows.sin(),
                        rows.lengths(),
                        rows.keep(),
                        config.shape(),
                        config.epsilon(),
                        stack().dropout(),
                        seed,
                        false);
        tape.add(x, Arrays.asList(made).subList(1, made.length), bytes);
        return made[0];
    }

    /** Adds the block's gradients; the gradient of x where {@code need} says so. Closes dy and the tape's entry. */
    NDArray backward(Arena arena, NDArray dy, Rows rows, long seed, Tape tape, boolean need) {
        Tape.Entry entry = tape.take();
        NDArray dx = Kernels.get()
                .one(
                        arena,
                        "decoder_backward",
                        dy,
                        entry.input(),
                        entry.saved(),
                        stack().weights(),
                        stack().weightGradients(),
                        stack().adapters(),
                        stack().adapterGradients(),
                        rows.cos(),
                        rows.sin(),
                        rows.lengths(),
                        rows.keep(),
                        config.shape(),
                        config.epsilon(),
                        stack().dropout(),
                        seed,
                        false,
                        need);
        entry.close();
        dy.close();
        return dx;
    }

    /** One more stretch of each conversation of a cache. */
    NDArray step(Arena arena, NDArray x, Rows rows, long[] past, List<NDArray> caches) {
        return Kernels.get()
                .one(
                        arena,
                        "decoder_step",
                        x,
                        stack().weights(),
                        stack().adapters(),
                        rows.cos(),
                        rows.sin(),
                        rows.lengths(),
                        past,
                        caches,
                        rows.keep(),
                        config.shape(),
                        config.epsilon());
    }

    private LinearStack stack() {
        LinearStack made = LinearStack.current(stack, norms, linears, none);
        stack = made;
        return made;
    }
}
