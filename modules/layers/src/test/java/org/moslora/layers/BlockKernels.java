package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;

/** The two kernels of a block with everything fixed but its tensors. */
interface BlockKernels {
    /** y, and what the backward pass needs. */
    NDArray[] forward(Arena arena, NDArray x, List<NDArray> weights, List<NDArray> pairs);

    /** The gradient of x; adds the others. */
    NDArray backward(
            Arena arena,
            NDArray dy,
            NDArray x,
            List<NDArray> saved,
            List<NDArray> weights,
            List<NDArray> weightGradients,
            List<NDArray> pairs,
            List<NDArray> pairGradients,
            boolean need);

    /** A block of the language model. */
    record Decoder(long[] lengths, long[] keep, long[] shape, double eps, double dropout, long seed, boolean composed)
            implements BlockKernels {
        @Override
        public NDArray[] forward(Arena arena, NDArray x, List<NDArray> weights, List<NDArray> pairs) {
            NDArray[] angles = angles(arena);
            return Kernels.get()
                    .call(
                            arena,
                            "decoder_forward",
                            x,
                            weights,
                            pairs,
                            angles[0],
                            angles[1],
                            lengths,
                            kept(arena),
                            shape,
                            eps,
                            dropout,
                            seed,
                            composed);
        }

        @Override
        public NDArray backward(
                Arena arena,
                NDArray dy,
                NDArray x,
                List<NDArray> saved,
                List<NDArray> weights,
                List<NDArray> weightGradients,
                List<NDArray> pairs,
                List<NDArray> pairGradients,
                boolean need) {
            NDArray[] angles = angles(arena);
            return Kernels.get()
                    .one(
                            arena,
                            "decoder_backward",
                            dy,
                            x,
                            saved,
                            weights,
                            weightGradients,
                            pairs,
                            pairGradients,
                            angles[0],
                            angles[1],
                            lengths,
                            kept(arena),
                            shape,
                            eps,
                            dropout,
                            seed,
                            composed,
                            need);
        }

        NDArray kept(Arena arena) {
            return keep.length == 0 ? arena.none() : arena.longs(keep);
        }

        /** cos and sin of every row's position in its conversation. */
        NDArray[] angles(Arena arena) {
            long[] positions = Arrays.stream(lengths)
                    .flatMap(length -> java.util.stream.LongStream.range(0, length))
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
        public NDArray[] forward(Arena arena, NDArray x, List<NDArray> weights, List<NDArray> pairs) {
            return Kernels.get()
                    .call(
                            arena,
                            "vision_forward",
                            x,
                            weights,
                            pairs,
                            lengths,
                            heads,
                            EPS,
                            activation,
                            dropout,
                            seed,
                            composed);
        }

        @Override
        public NDArray backward(
                Arena arena,
                NDArray dy,
                NDArray x,
                List<NDArray> saved,
                List<NDArray> weights,
                List<NDArray> weightGradients,
                List<NDArray> pairs,
                List<NDArray> pairGradients,
                boolean need) {
            return Kernels.get()
                    .one(
                            arena,
                            "vision_backward",
                            dy,
                            x,
                            saved,
                            weights,
                            weightGradients,
                            pairs,
                            pairGradients,
                            lengths,
                            heads,
                            EPS,
                            activation,
                            dropout,
                            seed,
                            composed,
                            need);
        }

        Vision with(double share) {
            return new Vision(lengths, heads, activation, share, seed, composed);
        }
    }

    /** The projector. */
    record Projector(String activation, double dropout, long seed) implements BlockKernels {
        @Override
        public NDArray[] forward(Arena arena, NDArray x, List<NDArray> weights, List<NDArray> pairs) {
            return Kernels.get().call(arena, "projector_forward", x, weights, pairs, activation, dropout, seed);
        }

        @Override
        public NDArray backward(
                Arena arena,
                NDArray dy,
                NDArray x,
                List<NDArray> saved,
                List<NDArray> weights,
                List<NDArray> weightGradients,
                List<NDArray> pairs,
                List<NDArray> pairGradients,
                boolean need) {
            return Kernels.get()
                    .one(
                            arena,
                            "projector_backward",
                            dy,
                            x,
                            saved,
                            weights,
                            weightGradients,
                            pairs,
                            pairGradients,
                            activation,
                            dropout,
                            seed,
                            need);
        }
    }

    /** One convolution. */
    record Convolution(int stride, int padding, double dropout, long seed) implements BlockKernels {
        @Override
        public NDArray[] forward(Arena arena, NDArray x, List<NDArray> weights, List<NDArray> pairs) {
            return Kernels.get().call(arena, "conv_forward", x, weights, pairs, stride, padding, dropout, seed);
        }

        @Override
        public NDArray backward(
                Arena arena,
                NDArray dy,
                NDArray x,
                List<NDArray> saved,
                List<NDArray> weights,
                List<NDArray> weightGradients,
                List<NDArray> pairs,
                List<NDArray> pairGradients,
                boolean need) {
            return Kernels.get()
                    .one(
                            arena,
                            "conv_backward",
                            dy,
                            x,
                            saved,
                            weights,
                            weightGradients,
                            pairs,
                            pairGradients,
                            stride,
                            padding,
                            dropout,
                            seed,
                            need);
        }
    }
}
