package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/** Two normed convolutions with the time embedding between them, beside a shortcut. */
final class ResnetBlock implements Block {
    private final UNetConfig config;
    private final Step.Resnet step;
    private final BlockTensors tensors;
    private final NDArray none;
    private final int bytes;

    ResnetBlock(Parts parts, UNetConfig config, Step.Resnet step) {
        this.config = config;
        this.step = step;
        this.none = parts.none();
        this.bytes = parts.bytes();
        String path = step.path();
        boolean widens = step.below() + step.skip() != step.channels();
        this.tensors = parts.block(
                parts.norms(path + ".norm1", path + ".norm2"),
                parts.linear(path + ".conv1"),
                parts.linear(path + ".time_emb_proj"),
                parts.linear(path + ".conv2"),
                parts.optional(widens ? path + ".conv_shortcut" : null));
    }

    @Override
    public boolean learns() {
        return tensors.learns();
    }

    @Override
    public boolean timed() {
        return true;
    }

    @Override
    public boolean kept() {
        return step.kept();
    }

    @Override
    public NDArray forward(Arena arena, NDArray x, UNetPass pass, long seed) {
        NDArray skip = step.skip() > 0 ? pass.join() : none;
        NDArray[] made = Kernels.get()
                .call(
                        arena,
                        "resnet_forward",
                        x,
                        skip,
                        pass.time(),
                        tensors.weights(),
                        tensors.adapters(),
                        config.groups(),
                        config.epsilon(),
                        tensors.dropout(),
                        seed);
        pass.tape().add(x, Arrays.asList(made).subList(1, made.length), bytes);
        if (step.skip() > 0) {
            pass.joined(skip);
        }
        return made[0];
    }

    @Override
    public NDArray backward(Arena arena, NDArray dy, UNetPass pass, long seed, boolean need) {
        NDArray skip = step.skip() > 0 ? pass.lastJoined() : none;
        Tape.Entry entry = pass.tape().take();
        NDArray[] gradients = Kernels.get()
                .call(
                        arena,
                        "resnet_backward",
                        dy,
                        entry.input(),
                        skip,
                        pass.time(),
                        entry.saved(),
                        tensors.weights(),
                        tensors.weightGradients(),
                        tensors.adapters(),
                        tensors.adapterGradients(),
                        config.groups(),
                        config.epsilon(),
                        tensors.dropout(),
                        seed,
                        need,
                        pass.wantsTime());
        entry.close();
        if (step.skip() > 0 && need) {
            pass.addSkipGradient(gradients[1]);
        }
        if (pass.wantsTime()) {
            pass.addTimeGradient(arena, gradients[2]);
        }
        return gradients[0];
    }
}
