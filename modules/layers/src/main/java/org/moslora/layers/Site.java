package org.moslora.layers;

import java.util.List;

/**
 * One place where an adapter can sit: a linear layer, a convolution or an embedding table of a model.
 *
 * @param path the layer's name as transformers and diffusers spell it, such as
 *     {@code model.language_model.layers.0.self_attn.q_proj}
 * @param inputs width of x; of a convolution its channels times the places of its kernel; of a table its rows, because
 *     an id is an x with a single 1
 * @param outputs width of y
 * @param biased whether the layer has a bias
 * @param kernel height and width of a convolution's kernel; empty for anything else
 * @param isEmbedding whether it is an embedding table, whose weight is [inputs, outputs]
 */
public record Site(String path, long inputs, long outputs, boolean biased, List<Long> kernel, boolean isEmbedding) {
    /** Copies the kernel. */
    public Site {
        kernel = List.copyOf(kernel);
    }

    /** A linear layer. */
    public Site(String path, long inputs, long outputs, boolean biased) {
        this(path, inputs, outputs, biased, List.of());
    }

    /** A linear layer or a convolution. */
    public Site(String path, long inputs, long outputs, boolean biased, List<Long> kernel) {
        this(path, inputs, outputs, biased, kernel, false);
    }

    /** An embedding table of so many rows, each so wide. */
    public static Site embedding(String path, long rows, long width) {
        return new Site(path, rows, width, false, List.of(), true);
    }

    /** The last part of the path: {@code q_proj}. */
    public String leaf() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** Whether it is a convolution. */
    public boolean isConvolution() {
        return !kernel.isEmpty();
    }

    /** What files give the down factor: [rank, inputs], or [rank, channels, height, width]. */
    public long[] downShape(long rank) {
        return isConvolution()
                ? new long[] {rank, inputs / (kernel.get(0) * kernel.get(1)), kernel.get(0), kernel.get(1)}
                : new long[] {rank, inputs};
    }

    /** What files give the up factor: [outputs, rank], or [outputs, rank, 1, 1]. */
    public long[] upShape(long rank) {
        return isConvolution() ? new long[] {outputs, rank, 1, 1} : new long[] {outputs, rank};
    }
}
