package org.moslora.diffusion.autoencoder;

import java.util.List;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.Context;
import org.moslora.layers.block.KernelBlock;
import org.moslora.layers.block.ModelBuilder;

/** Layers of encoder and decoder as blocks of kernels, from pictures [B, c, h, w] to pictures. */
final class KernelLayers implements LayerMaker<KernelBlock<Context.Nothing>> {
    private final ModelBuilder builder;
    private final int groups;

    private KernelLayers(ModelBuilder builder, int groups) {
        this.builder = builder;
        this.groups = groups;
    }

    /** From pictures to moments. */
    static BlockList<Context.Nothing> encoder(ModelBuilder builder, AutoencoderConfig config) {
        // Nothing is dropped here, so seeds decide nothing.
        return new BlockList<>(Halves.encoder(new KernelLayers(builder, config.groups()), config), (seed, i) -> seed);
    }

    /** From latents to pictures. */
    static BlockList<Context.Nothing> decoder(ModelBuilder builder, AutoencoderConfig config) {
        return new BlockList<>(Halves.decoder(new KernelLayers(builder, config.groups()), config), (seed, i) -> seed);
    }

    @Override
    public KernelBlock<Context.Nothing> convolution(String path, int padding) {
        return layer("conv", alone(path), List.of(1, padding));
    }

    @Override
    public KernelBlock<Context.Nothing> halving(String path) {
        return layer("picture_halved", alone(path), List.of());
    }

    @Override
    public KernelBlock<Context.Nothing> doubling(String path) {
        return layer("picture_doubled", alone(path), List.of());
    }

    @Override
    public KernelBlock<Context.Nothing> resnet(String path, boolean widens) {
        BlockTensors tensors = builder.tensors(
                builder.norms(path + ".norm1", path + ".norm2"),
                builder.linear(path + ".conv1"),
                builder.optional(null),
                builder.linear(path + ".conv2"),
                builder.optional(widens ? path + ".conv_shortcut" : null));
        return layer("picture_resnet", tensors, List.of(groups, EPSILON));
    }

    @Override
    public KernelBlock<Context.Nothing> attention(String path) {
        BlockTensors tensors = builder.tensors(
                builder.norms(path + ".group_norm"),
                builder.linear(path + ".to_q"),
                builder.linear(path + ".to_k"),
                builder.linear(path + ".to_v"),
                builder.linear(path + ".to_out.0"));
        return layer("picture_attention", tensors, List.of(groups, EPSILON));
    }

    @Override
    public KernelBlock<Context.Nothing> output(String norm, String convolution) {
        BlockTensors tensors = builder.tensors(builder.norms(norm), builder.linear(convolution));
        return layer("output", tensors, List.of(groups, EPSILON));
    }

    private BlockTensors alone(String path) {
        return builder.tensors(List.of(), builder.linear(path));
    }

    private KernelBlock<Context.Nothing> layer(String kernel, BlockTensors tensors, List<?> constants) {
        return builder.block(kernel, tensors, constants, Context.none());
    }
}
