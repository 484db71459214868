package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Kernels;

/** Layers of encoder and decoder as calls of kernels. */
final class KernelLayers implements LayerMaker<Layer> {
    private final Parts parts;
    private final int groups;

    KernelLayers(Parts parts, int groups) {
        this.parts = parts;
        this.groups = groups;
    }

    @Override
    public Layer convolution(String path, int padding) {
        BlockTensors tensors = parts.block(List.of(), parts.linear(path));
        return (arena, x) ->
                Kernels.get().one(arena, "conv_forward", x, tensors.weights(), tensors.adapters(), 1, padding, 0.0, 0);
    }

    @Override
    public Layer halving(String path) {
        BlockTensors tensors = parts.block(List.of(), parts.linear(path));
        return (arena, x) -> Kernels.get().one(arena, "picture_halved", x, tensors.weights(), tensors.adapters());
    }

    @Override
    public Layer doubling(String path) {
        BlockTensors tensors = parts.block(List.of(), parts.linear(path));
        return (arena, x) -> {
            long[] size = {2 * x.getShape().get(2), 2 * x.getShape().get(3)};
            return Kernels.get().one(arena, "upsample_forward", x, tensors.weights(), tensors.adapters(), size, 0.0, 0);
        };
    }

    @Override
    public Layer resnet(String path, boolean widens) {
        NDArray none = parts.none();
        BlockTensors tensors = parts.block(
                parts.norms(path + ".norm1", path + ".norm2"),
                parts.linear(path + ".conv1"),
                parts.optional(null),
                parts.linear(path + ".conv2"),
                parts.optional(widens ? path + ".conv_shortcut" : null));
        return (arena, x) -> {
            NDArray[] made = Kernels.get()
                    .call(
                            arena,
                            "resnet_forward",
                            x,
                            none,
                            none,
                            tensors.weights(),
                            tensors.adapters(),
                            groups,
                            EPSILON,
                            0.0,
                            0);
            made[1].close();
            return made[0];
        };
    }

    @Override
    public Layer attention(String path) {
        BlockTensors tensors = parts.block(
                parts.norms(path + ".group_norm"),
                parts.linear(path + ".to_q"),
                parts.linear(path + ".to_k"),
                parts.linear(path + ".to_v"),
                parts.linear(path + ".to_out.0"));
        return (arena, x) -> Kernels.get()
                .one(arena, "picture_attention", x, tensors.weights(), tensors.adapters(), groups, EPSILON, false);
    }

    @Override
    public Layer output(String norm, String convolution) {
        BlockTensors tensors = parts.block(parts.norms(norm), parts.linear(convolution));
        return (arena, x) -> Kernels.get()
                .one(arena, "output_forward", x, tensors.weights(), tensors.adapters(), groups, EPSILON, 0.0, 0);
    }
}
