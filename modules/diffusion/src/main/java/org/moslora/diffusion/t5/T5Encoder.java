package org.moslora.diffusion.t5;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.block.Model;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.tensors.WeightSource;

/**
 * The encoder, ready to run; it is never trained. Nothing is masked: padding is attended to, as the pictures' models were
 * trained. Used by one thread; owns its weights.
 */
public final class T5Encoder implements Model {
    private final T5Config config;
    private final ModelBuilder builder;
    private final BlockTensors table;
    private final BlockTensors positions;
    private final List<BlockTensors> blocks;
    private final BlockTensors end;

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param weights every tensor of {@link T5Names#expected}
     */
    public T5Encoder(T5Config config, WeightSource weights, Compute compute) {
        this.config = config;
        this.builder = ModelBuilder.open("", weights, Linears.plain(), compute);
        this.table = builder.tensors(List.of(builder.tensor(T5Names.TOKENS)));
        this.positions = builder.tensors(List.of(builder.tensor(T5Names.POSITIONS)));
        this.blocks = IntStream.range(0, config.layers()).mapToObj(this::block).toList();
        this.end = builder.tensors(List.of(builder.tensor(T5Names.FINAL_NORM)));
    }

    private BlockTensors block(int layer) {
        String attention = T5Names.attention(layer);
        String forward = T5Names.forward(layer);
        return builder.tensors(
                List.of(builder.tensor(attention + "layer_norm.weight"), builder.tensor(forward + "layer_norm.weight")),
                builder.linear(attention + "SelfAttention.q"),
                builder.linear(attention + "SelfAttention.k"),
                builder.linear(attention + "SelfAttention.v"),
                builder.linear(attention + "SelfAttention.o"),
                builder.linear(forward + "DenseReluDense.wi_0"),
                builder.linear(forward + "DenseReluDense.wi_1"),
                builder.linear(forward + "DenseReluDense.wo"));
    }

    /** What the config says. */
    public T5Config config() {
        return config;
    }

    @Override
    public ModelBuilder builder() {
        return builder;
    }

    /**
     * The states of texts, [texts · tokens, width], under the final norm.
     *
     * @param step owns the result
     * @param texts token ids, all of one length
     */
    public NDArray encode(Arena step, List<int[]> texts) {
        Kernels kernels = Kernels.get();
        int length = texts.get(0).length;
        try (Arena inner = step.child()) {
            NDArray ids = kernels.one(inner, "window", inner.longs(flat(texts)), 0, new long[] {texts.size(), length});
            NDArray x = kernels.one(inner, "t5_embed", ids, table.block());
            NDArray bias = kernels.one(inner, "t5_positions", positions.block(), length, config.span());
            for (BlockTensors block : blocks) {
                NDArray y = kernels.one(
                        inner,
                        "t5_block",
                        x,
                        block.block(),
                        config.heads(),
                        config.epsilon(),
                        T5Config.ACTIVATION,
                        bias);
                x.close();
                x = y;
            }
            return step.adopt(kernels.one(inner, "t5_normed", x, end.block(), config.epsilon()));
        }
    }

    private int[] flat(List<int[]> texts) {
        int length = texts.get(0).length;
        if (texts.stream().anyMatch(ids -> ids.length != length)) {
            throw new IllegalArgumentException("texts must be of one length");
        }
        int[] flat = texts.stream().flatMapToInt(Arrays::stream).toArray();
        for (int id : flat) {
            if (id < 0 || id >= config.vocabulary()) {
                throw new IllegalArgumentException("token id " + id + " is not among the encoder's "
                        + config.vocabulary() + "; is the tokenizer another model's?");
            }
        }
        return flat;
    }
}
