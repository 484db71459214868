package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** The two kernels of a block with everything fixed but its tensors. */
interface BlockKernels {
    /** Their name, before {@code _forward} and {@code _backward}. */
    String kernel();

    /** How many of the weights are tensors outside all linears. */
    int plain();

    double dropout();

    boolean composed();

    long seed();

    /** What both take besides x, the block and the seed. */
    List<Object> rest(Arena arena);

    /** What kernels take as a block, of weights whose first are those outside all linears. */
    static Structure block(
            Arena arena,
            int plain,
            List<NDArray> weights,
            List<NDArray> weightGradients,
            List<NDArray> pairs,
            List<NDArray> pairGradients,
            double dropout,
            boolean composed) {
        return Kernels.get()
                .structure(
                        arena,
                        "block",
                        weights.subList(0, plain),
                        weightGradients.subList(0, plain),
                        weights.subList(plain, weights.size()),
                        weightGradients.subList(plain, weights.size()),
                        pairs,
                        pairGradients,
                        dropout,
                        composed,
                        false);
    }

    /** A block that learns nothing. */
    static Structure frozen(Arena arena, int plain, List<NDArray> weights, List<NDArray> pairs) {
        return block(arena, plain, weights, weights, pairs, pairs, 0, false);
    }

    /** y, and what the backward pass needs. */
    default NDArray[] forward(Arena arena, NDArray x, List<NDArray> weights, List<NDArray> pairs) {
        Structure block = block(arena, plain(), weights, weights, pairs, pairs, dropout(), composed());
        List<Object> arguments = new ArrayList<>(List.of(x, block, seed()));
        arguments.addAll(rest(arena));
        return Kernels.get().call(arena, kernel() + "_forward", arguments.toArray());
    }

    /** The gradient of x; adds the others. */
    default NDArray backward(
            Arena arena,
            NDArray dy,
            NDArray x,
            List<NDArray> saved,
            List<NDArray> weights,
            List<NDArray> weightGradients,
            List<NDArray> pairs,
            List<NDArray> pairGradients,
            boolean need) {
        Structure block = block(arena, plain(), weights, weightGradients, pairs, pairGradients, dropout(), composed());
        List<Object> arguments = new ArrayList<>(List.of(dy, x, saved, block, seed(), need));
        arguments.addAll(rest(arena));
        return Kernels.get().one(arena, kernel() + "_backward", arguments.toArray());
    }

    /** A block of the language model. */
    record Decoder(long[] lengths, long[] keep, long[] shape, double eps, double dropout, long seed, boolean composed)
            implements BlockKernels {
        @Override
        public String kernel() {
            return "decoder";
        }

        @Override
        public int plain() {
            return 2;
        }

        @Override
        public List<Object> rest(Arena arena) {
            NDArray[] angles = angles(arena);
            NDArray kept = keep.length == 0 ? arena.none() : arena.longs(keep);
            return List.of(
                    layer(arena, shape, eps),
                    Kernels.get().structure(arena, "rows", angles[0], angles[1], lengths, kept));
        }

        /** A layer of LLaMA's kind. */
        static Structure layer(Arena arena, long[] shape, double eps) {
            return Kernels.get().structure(arena, "layer", shape[0], shape[1], shape[2], eps, 0.0, 0, 0.0, "silu");
        }

        /** cos and sin of every row's position in its conversation. */
        NDArray[] angles(Arena arena) {
            long[] positions = Arrays.stream(lengths)
                    .flatMap(length -> LongStream.range(0, length))
                    .toArray();
            NDArray[] table =
                    Kernels.get().call(arena, "rope_table", 64, shape[2], 10000.0, "default", new double[0], "cpu");
            return Kernels.get().call(arena, "picked", List.of(table), arena.longs(positions));
        }

        Decoder with(double share) {
            return new Decoder(lengths, keep, shape, eps, share, seed, composed);
        }

        Decoder keeping(long... rows) {
            return new Decoder(lengths, rows, shape, eps, dropout, seed, composed);
        }

        Decoder composed(boolean written) {
            return new Decoder(lengths, keep, shape, eps, dropout, seed, written);
        }

        Decoder over(long... other) {
            return new Decoder(other, keep, shape, eps, dropout, seed, composed);
        }
    }

    /** A block of the vision tower. */
    record Vision(long[] lengths, int heads, String activation, double dropout, long seed, boolean composed)
            implements BlockKernels {
        private static final double EPS = 1e-5;

        @Override
        public String kernel() {
            return "clip";
        }

        @Override
        public int plain() {
            return 4;
        }

        @Override
        public List<Object> rest(Arena arena) {
            return List.of(heads, EPS, activation, false, lengths);
        }

        Vision with(double share) {
            return new Vision(lengths, heads, activation, share, seed, composed);
        }
    }

    /** The projector. */
    record Projector(String activation, double dropout, long seed) implements BlockKernels {
        @Override
        public String kernel() {
            return "projector";
        }

        @Override
        public int plain() {
            return 0;
        }

        @Override
        public boolean composed() {
            return false;
        }

        @Override
        public List<Object> rest(Arena arena) {
            return List.of(activation);
        }
    }

    /** One convolution. */
    record Convolution(int stride, int padding, double dropout, long seed) implements BlockKernels {
        @Override
        public String kernel() {
            return "conv";
        }

        @Override
        public int plain() {
            return 0;
        }

        @Override
        public boolean composed() {
            return false;
        }

        @Override
        public List<Object> rest(Arena arena) {
            return List.of(stride, padding);
        }
    }
}
