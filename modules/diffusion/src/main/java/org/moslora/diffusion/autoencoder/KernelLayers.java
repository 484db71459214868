package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Function;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;

/** Layers of encoder and decoder as calls of kernels. */
final class KernelLayers implements LayerMaker<Layer> {
    private static final double NO_DROPOUT = 0;
    private static final int SEED = 0;

    private final Parts parts;
    private final int groups;

    KernelLayers(Parts parts, int groups) {
        this.parts = parts;
        this.groups = groups;
    }

    @Override
    public Layer convolution(String path, int padding) {
        return layer("conv", alone(path), x -> List.of(1, padding, NO_DROPOUT, SEED));
    }

    @Override
    public Layer halving(String path) {
        return layer("picture_halved", alone(path), x -> List.of());
    }

    @Override
    public Layer doubling(String path) {
        return layer("upsample", alone(path), x -> List.of(twice(x), NO_DROPOUT, SEED));
    }

    @Override
    public Layer resnet(String path, boolean widens) {
        BlockTensors tensors = parts.block(
                parts.norms(path + ".norm1", path + ".norm2"),
                parts.linear(path + ".conv1"),
                parts.optional(null),
                parts.linear(path + ".conv2"),
                parts.optional(widens ? path + ".conv_shortcut" : null));
        return layer("picture_resnet", tensors, x -> List.of(groups, EPSILON));
    }

    @Override
    public Layer attention(String path) {
        BlockTensors tensors = parts.block(
                parts.norms(path + ".group_norm"),
                parts.linear(path + ".to_q"),
                parts.linear(path + ".to_k"),
                parts.linear(path + ".to_v"),
                parts.linear(path + ".to_out.0"));
        return layer("picture_attention", tensors, x -> List.of(groups, EPSILON, false));
    }

    @Override
    public Layer output(String norm, String convolution) {
        BlockTensors tensors = parts.block(parts.norms(norm), parts.linear(convolution));
        return layer("output", tensors, x -> List.of(groups, EPSILON, NO_DROPOUT, SEED));
    }

    private BlockTensors alone(String path) {
        return parts.block(List.of(), parts.linear(path));
    }

    private Layer layer(String kernel, BlockTensors tensors, Function<NDArray, List<Object>> settings) {
        return new KernelLayer(kernel, tensors, parts.bytes(), settings);
    }

    private static long[] twice(NDArray x) {
        return new long[] {2 * x.getShape().get(2), 2 * x.getShape().get(3)};
    }
}
