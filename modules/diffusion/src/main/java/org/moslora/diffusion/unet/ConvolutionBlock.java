package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/** One 3×3 convolution whose output the way up gets too: the UNet's first, and those that halve a picture. */
final class ConvolutionBlock implements Block {
    private static final int PADDING = 1;

    private final BlockTensors tensors;
    private final int bytes;
    private final int stride;

    ConvolutionBlock(Parts parts, String path, boolean halves) {
        this.tensors = parts.block(List.of(), parts.linear(path));
        this.bytes = parts.bytes();
        this.stride = halves ? 2 : 1;
    }

    @Override
    public boolean learns() {
        return tensors.learns();
    }

    @Override
    public boolean kept() {
        return true;
    }

    @Override
    public NDArray forward(Arena arena, NDArray x, UNetPass pass, long seed) {
        NDArray[] made = Kernels.get()
                .call(
                        arena,
                        "conv_forward",
                        x,
                        tensors.weights(),
                        tensors.adapters(),
                        stride,
                        PADDING,
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
                        "conv_backward",
                        dy,
                        entry.input(),
                        entry.saved(),
                        tensors.weights(),
                        tensors.weightGradients(),
                        tensors.adapters(),
                        tensors.adapterGradients(),
                        stride,
                        PADDING,
                        tensors.dropout(),
                        seed,
                        need);
        entry.close();
        return dx;
    }
}
