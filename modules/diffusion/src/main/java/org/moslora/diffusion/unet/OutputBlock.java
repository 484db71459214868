package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/** The UNet's end: norm, activation and convolution to the prediction, in fp32. */
final class OutputBlock implements Block {
    private final UNetConfig config;
    private final BlockTensors tensors;

    OutputBlock(Parts parts, UNetConfig config) {
        this.config = config;
        this.tensors = parts.block(parts.norms("conv_norm_out"), parts.linear("conv_out"));
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
        pass.tape().add(x, List.of(), 0);
        return Kernels.get()
                .one(
                        arena,
                        "output_forward",
                        x,
                        tensors.weights(),
                        tensors.adapters(),
                        config.groups(),
                        config.epsilon(),
                        tensors.dropout(),
                        seed);
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
