package org.moslora.adapters;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Site;

/**
 * One layer of an adapter on disk.
 *
 * @param path the linear or convolution that it belongs to, canonical
 * @param rank of its factors
 * @param alpha its scale times its rank
 * @param down the file's key of A, [rank, inputs] or [rank, channels, height, width]
 * @param mixer the file's key of M [rank, rank], or null
 * @param up the file's key of B, [outputs, rank] or [outputs, rank, 1, 1]
 * @param inputs width that A takes; of a convolution its channels times the places of its kernel
 * @param outputs width that B gives
 * @param kernel height and width of A's kernel; empty where A is a matrix
 */
public record AdapterLayer(
        String path,
        int rank,
        double alpha,
        String down,
        @Nullable String mixer,
        String up,
        long inputs,
        long outputs,
        List<Long> kernel) {
    /** Copies the kernel. */
    public AdapterLayer {
        kernel = List.copyOf(kernel);
    }

    /** Factor of the update. */
    public double scale() {
        return alpha / rank;
    }

    /** Whether the layer can sit there. A matrix fits a 1×1 convolution and the other way round. */
    boolean fits(Site site) {
        return inputs == site.inputs() && outputs == site.outputs() && places(kernel) == places(site.kernel());
    }

    /** Shape of A as the file has it, for messages. */
    List<Long> downShape() {
        return kernel.isEmpty()
                ? List.of((long) rank, inputs)
                : List.of((long) rank, inputs / places(kernel), kernel.get(0), kernel.get(1));
    }

    private static long places(List<Long> kernel) {
        return kernel.stream().reduce(1L, (a, b) -> a * b);
    }
}
