package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.block.Block;
import org.moslora.layers.block.Context;
import org.moslora.layers.block.KernelBlock;
import org.moslora.layers.block.ModelBuilder;

/** Makes the blocks of a UNet in the order in which they run. */
final class UNetBlocks {
    private static final int PADDING = 1;

    private final ModelBuilder builder;
    private final UNetConfig config;

    private UNetBlocks(ModelBuilder builder, UNetConfig config) {
        this.builder = builder;
        this.config = config;
    }

    static List<UNetBlock> of(ModelBuilder builder, UNetConfig config) {
        UNetBlocks makes = new UNetBlocks(builder, config);
        List<UNetBlock> all = new ArrayList<>();
        all.add(new UNetBlock(makes.convolution("conv_in", 1), false, false, true));
        UNetLayout.of(config).forEach(step -> all.add(makes.block(step)));
        all.add(new UNetBlock(makes.output(), false, false, false));
        return all;
    }

    private UNetBlock block(BlockSpec step) {
        if (step instanceof BlockSpec.Resnet resnet) {
            return new UNetBlock(resnet(resnet), true, false, resnet.kept());
        }
        if (step instanceof BlockSpec.Transformer transformer) {
            return new UNetBlock(stack(transformer), false, true, transformer.kept());
        }
        return step instanceof BlockSpec.Upsample
                ? new UNetBlock(upsample(step.path()), false, false, false)
                : new UNetBlock(convolution(step.path(), 2), false, false, true);
    }

    /** One 3×3 convolution: the UNet's first, and those that halve a picture. */
    private KernelBlock<UNetPass> convolution(String path, int stride) {
        return builder.block(
                "conv", builder.tensors(List.of(), builder.linear(path)), List.of(stride, PADDING), Context.none());
    }

    /** The UNet's end: norm, activation and convolution to the prediction, in fp32. */
    private KernelBlock<UNetPass> output() {
        return builder.block(
                "output",
                builder.tensors(builder.norms("conv_norm_out"), builder.linear("conv_out")),
                List.of(config.groups(), config.epsilon()),
                Context.none());
    }

    /** Enlarges a picture to the size of what the way down hands over next, which for odd sizes is not twice its own. */
    private KernelBlock<UNetPass> upsample(String path) {
        return builder.block("upsample", builder.tensors(List.of(), builder.linear(path)), List.of(), new Context<>() {
            @Override
            public List<?> arguments(UNetPass pass, NDArray x) {
                return List.of(size(pass.nextSkip()));
            }

            @Override
            public List<?> backwardArguments(UNetPass pass, NDArray dy) {
                return List.of(size(dy));
            }
        });
    }

    private static long[] size(NDArray picture) {
        return new long[] {picture.getShape().get(2), picture.getShape().get(3)};
    }

    /** Two normed convolutions with the time embedding between them, beside a shortcut. */
    private KernelBlock<UNetPass> resnet(BlockSpec.Resnet step) {
        String path = step.path();
        boolean widens = step.below() + step.skip() != step.channels();
        return builder.block(
                "resnet",
                builder.tensors(
                        builder.norms(path + ".norm1", path + ".norm2"),
                        builder.linear(path + ".conv1"),
                        builder.linear(path + ".time_emb_proj"),
                        builder.linear(path + ".conv2"),
                        builder.optional(widens ? path + ".conv_shortcut" : null)),
                List.of(config.groups(), config.epsilon()),
                new ResnetContext(step.skip() > 0, builder.none()));
    }

    private Block<UNetPass> stack(BlockSpec.Transformer step) {
        List<KernelBlock<TransformerStack.Pass>> blocks = new ArrayList<>();
        for (int i = 0; i < step.level().depth(); i++) {
            blocks.add(transformer(step, i));
        }
        return new TransformerStack(blocks);
    }

    /**
     * Self-attention, attention to the text, feed-forward; the first of its stack with what leads from pictures to rows,
     * the last with what leads back.
     */
    private KernelBlock<TransformerStack.Pass> transformer(BlockSpec.Transformer step, int index) {
        String stack = step.path();
        String path = stack + ".transformer_blocks." + index + ".";
        boolean first = index == 0;
        boolean last = index == step.level().depth() - 1;
        List<OtherTensor> norms =
                new ArrayList<>(first ? builder.norms(stack + ".norm") : List.of(builder.absent(), builder.absent()));
        norms.addAll(builder.norms(path + "norm1", path + "norm2", path + "norm3"));
        BlockTensors tensors = builder.tensors(
                norms,
                builder.optional(first ? stack + ".proj_in" : null),
                builder.linear(path + "attn1.to_q"),
                builder.linear(path + "attn1.to_k"),
                builder.linear(path + "attn1.to_v"),
                builder.linear(path + "attn1.to_out.0"),
                builder.linear(path + "attn2.to_q"),
                builder.linear(path + "attn2.to_k"),
                builder.linear(path + "attn2.to_v"),
                builder.linear(path + "attn2.to_out.0"),
                builder.linear(path + "ff.net.0.proj"),
                builder.linear(path + "ff.net.2"),
                builder.optional(last ? stack + ".proj_out" : null));
        return builder.block(
                "transformer",
                tensors,
                List.of(config.groups(), step.level().heads(), config.upcast()),
                new TransformerContext(tensors));
    }
}
