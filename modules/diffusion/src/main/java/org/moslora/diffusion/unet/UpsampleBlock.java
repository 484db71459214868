package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/** Enlarges a picture to the size of what the way down hands over next, which for odd sizes is not twice its own. */
final class UpsampleBlock implements Block {
    private final BlockTensors tensors;
    private final int bytes;

    UpsampleBlock(Parts parts, String path) {
        this.tensors = parts.block(List.of(), parts.linear(path));
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
                        "upsample_forward",
                        x,
                        tensors.weights(),
                        tensors.adapters(),
                        size(pass.nextSkip()),
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
                        "upsample_backward",
                        dy,
                        entry.input(),
                        entry.saved(),
                        tensors.weights(),
                        tensors.weightGradients(),
                        tensors.adapters(),
                        tensors.adapterGradients(),
                        size(dy),
                        tensors.dropout(),
                        seed,
                        need);
        entry.close();
        return dx;
    }

    private static long[] size(NDArray picture) {
        return new long[] {picture.getShape().get(2), picture.getShape().get(3)};
    }
}
