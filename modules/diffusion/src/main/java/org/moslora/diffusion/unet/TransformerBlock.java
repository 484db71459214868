package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Plain;
import org.moslora.layers.Tape;

/**
 * Self-attention, attention to the text, feed-forward; the first of its stack with what leads from pictures to rows,
 * the last with what leads back.
 */
final class TransformerBlock {
    private final UNetConfig config;
    private final int heads;
    private final BlockTensors tensors;
    private final int bytes;

    TransformerBlock(Parts parts, UNetConfig config, Step.Transformer step, int index) {
        this.config = config;
        this.heads = step.level().heads();
        this.bytes = parts.bytes();
        String stack = step.path();
        String path = stack + ".transformer_blocks." + index + ".";
        boolean first = index == 0;
        boolean last = index == step.level().depth() - 1;
        Plain absent = Plain.absent(parts.none());
        List<Plain> norms = new ArrayList<>(first ? parts.norms(stack + ".norm") : List.of(absent, absent));
        norms.addAll(parts.norms(path + "norm1", path + "norm2", path + "norm3"));
        this.tensors = parts.block(
                norms,
                parts.optional(first ? stack + ".proj_in" : null),
                parts.linear(path + "attn1.to_q"),
                parts.linear(path + "attn1.to_k"),
                parts.linear(path + "attn1.to_v"),
                parts.linear(path + "attn1.to_out.0"),
                parts.linear(path + "attn2.to_q"),
                parts.linear(path + "attn2.to_k"),
                parts.linear(path + "attn2.to_v"),
                parts.linear(path + "attn2.to_out.0"),
                parts.linear(path + "ff.net.0.proj"),
                parts.linear(path + "ff.net.2"),
                parts.optional(last ? stack + ".proj_out" : null));
    }

    boolean learns() {
        return tensors.learns();
    }

    /** x, a picture in a first block and rows otherwise; {@code start} is the picture that the stack began with. */
    NDArray forward(Arena arena, NDArray x, NDArray start, UNetPass pass, long seed) {
        NDArray[] made = Kernels.get()
                .call(
                        arena,
                        "transformer_forward",
                        x,
                        start,
                        pass.text(),
                        tensors.weights(),
                        tensors.adapters(),
                        config.groups(),
                        heads,
                        config.upcast(),
                        tensors.dropout(),
                        seed,
                        false,
                        pass.tape().keeps());
        pass.tape().add(x, Arrays.asList(made).subList(1, made.length), bytes);
        return made[0];
    }

    /** {@code around} is the gradient of the whole stack's output. */
    NDArray backward(Arena arena, NDArray dy, NDArray around, UNetPass pass, long seed, boolean need) {
        Tape.Entry entry = pass.tape().take();
        NDArray[] gradients = Kernels.get()
                .call(
                        arena,
                        "transformer_backward",
                        dy,
                        entry.input(),
                        around,
                        pass.text(),
                        entry.saved(),
                        tensors.weights(),
                        tensors.weightGradients(),
                        tensors.adapters(),
                        tensors.adapterGradients(),
                        config.groups(),
                        heads,
                        config.upcast(),
                        tensors.dropout(),
                        seed,
                        false,
                        need,
                        pass.wantsText());
        entry.close();
        if (pass.wantsText()) {
            pass.addTextGradient(arena, gradients[1]);
        }
        return gradients[0];
    }
}
