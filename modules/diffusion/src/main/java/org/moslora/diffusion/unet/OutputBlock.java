package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/** The UNet's end: norm, activation and convolution to the prediction, in fp32. */
final class OutputBlock implements Block {
    private final UNetConfig config;
    private final BlockTensors tensors;
    private final int bytes;

    OutputBlock(Parts parts, UNetConfig config) {
        this.config = config;
        this.tensors = parts.block(parts.norms("conv_norm_out"), parts.linear("conv_out"));
        this.bytes = parts.bytes();
    }

    @Override
    public boolean learns() {
        return tensors.learns();
    }

    @Override
    public boolean kept() {
        return false;
    }

    @Override
    public NDArray forward(Arena arena, NDArray x, UNetPass pass, long seed) {
        NDArray[] made = Kernels.get()
                .call(
                        arena,
                        "output_forward",
                        x,
                        tensors.weights(),
                        tensors.adapters(),
                        config.groups(),
                        config.epsilon(),
                        tensors.dropout(),
                        seed);
        pass.tape().add(x, Arrays.asList(made).subList(1, made.length), bytes);
        return made[0];
    }

    @Override
    public NDArray backward(Arena arena, NDArray dy, UNetPass pass, long seed, boolean need) {
        Tape.Entry entry = pass.tape().take();
        NDArray dx = Kernels.get()
                .one(
                        arena,
                        "output_backward",
                        dy,
                        entry.input(),
                        entry.saved(),
                        tensors.weights(),
                        tensors.weightGradients(),
                        tensors.adapters(),
                        tensors.adapterGradients(),
                        config.groups(),
                        config.epsilon(),
                        tensors.dropout(),
                        seed,
                        need);
        entry.close();
        return dx;
    }
}
