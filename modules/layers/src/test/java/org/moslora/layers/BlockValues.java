package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What goes into a block.
 *
 * @param x the input
 * @param dy the gradient of the output
 * @param weights norms, then weight and bias of each linear; absent ones have no entries
 * @param pairs what adapters add to each linear, in four places
 */
record BlockValues(Values x, Values dy, List<Values> weights, List<Values> pairs) {
    private static final int RANK = 3;

    /** What comes out of forward and backward. */
    record Result(Values y, Values dx, List<Values> weights, List<Values> pairs) {}

    static BlockValues of(Golden golden, int weights, int pairs) {
        return new BlockValues(
                golden.get("x"), golden.get("dy"), golden.list("w", weights), places(golden.list("p", pairs)));
    }

    /** A random decoder block of hidden width 16, feed-forward width 24 and this attention shape. */
    static BlockValues decoder(Random random, int rows, int kept, long[] shape, boolean biased) {
        long queries = shape[0] * shape[2];
        long keys = shape[1] * shape[2];
        List<Values> weights = new ArrayList<>();
        weights.add(Values.random(random, 1, 0.1, 16));
        weights.add(Values.random(random, 1, 0.1, 16));
        List<Values> pairs = new ArrayList<>();
        long[][] linears = {{queries, 16}, {keys, 16}, {keys, 16}, {16, queries}, {24, 16}, {24, 16}, {16, 24}};
        add(random, linears, biased, weights, pairs);
        return new BlockValues(
                Values.random(random, 0, 1, rows, 16), Values.random(random, 0, 1, kept, 16), weights, pairs);
    }

    /** A random tower block of width 12 and feed-forward width 20. */
    static BlockValues vision(Random random, int rows) {
        List<Values> weights = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            weights.add(Values.random(random, i % 2 == 0 ? 1 : 0, 0.1, 12));
        }
        List<Values> pairs = new ArrayList<>();
        add(random, new long[][] {{12, 12}, {12, 12}, {12, 12}, {12, 12}, {20, 12}, {12, 20}}, true, weights, pairs);
        return new BlockValues(
                Values.random(random, 0, 1, rows, 12), Values.random(random, 0, 1, rows, 12), weights, pairs);
    }

    /** A random projector from 12 to 16. */
    static BlockValues projector(Random random, int rows) {
        List<Values> weights = new ArrayList<>();
        List<Values> pairs = new ArrayList<>();
        add(random, new long[][] {{16, 12}, {16, 16}}, true, weights, pairs);
        return new BlockValues(
                Values.random(random, 0, 1, rows, 12), Values.random(random, 0, 1, rows, 16), weights, pairs);
    }

    private static void add(Random random, long[][] linears, boolean biased, List<Values> weights, List<Values> pairs) {
        for (long[] linear : linears) {
            weights.add(Values.random(random, 0, 0.3, linear[0], linear[1]));
            weights.add(biased ? Values.random(random, 0, 0.1, linear[0]) : Values.zeros(0));
            pairs.add(Values.random(random, 0, 0.3, RANK, linear[1]));
            pairs.add(Values.random(random, 0, 0.3, linear[0], RANK));
            pairs.add(Values.zeros(0));
            pairs.add(Values.zeros(0));
        }
    }

    /** From down and up of each linear to its four places. */
    static List<Values> places(List<Values> pairs) {
        List<Values> places = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            places.addAll(List.of(pairs.get(i), pairs.get(i + 1), Values.zeros(0), Values.zeros(0)));
        }
        return places;
    }

    /** The same with other weights' or pairs' values at an index; index -1 is x. */
    BlockValues moved(boolean pair, int index, Values values) {
        if (index < 0) {
            return new BlockValues(values, dy, weights, pairs);
        }
        List<Values> other = new ArrayList<>(pair ? pairs : weights);
        other.set(index, values);
        return pair ? new BlockValues(x, dy, weights, other) : new BlockValues(x, dy, other, pairs);
    }

    /** The same with a gain around 1 on every adapter. */
    BlockValues gained(Random random) {
        List<Values> other = new ArrayList<>(pairs);
        for (int i = 0; i < other.size(); i += 4) {
            other.set(i + 3, Values.random(random, 1, 0.2, other.get(i + 1).shape()[0]));
        }
        return new BlockValues(x, dy, weights, other);
    }

    /** The same numbers as near as bfloat16 can hold them. */
    BlockValues rounded() {
        return new BlockValues(
                x.rounded(),
                dy.rounded(),
                weights.stream().map(Values::rounded).toList(),
                pairs.stream().map(Values::rounded).toList());
    }

    static List<NDArray> in(Arena arena, List<Values> values, Precision precision) {
        return values.stream().map(one -> one.in(arena, precision)).toList();
    }

    /** Zeros in the shapes of {@code values}, in fp32 as gradients always are. */
    static List<NDArray> zeros(Arena arena, List<Values> values) {
        return values.stream().map(one -> Values.zeros(one.shape()).in(arena)).toList();
    }

    Values forward(BlockKernels kernels) {
        try (Arena arena = Cpu.arena()) {
            List<NDArray> ws = weights.stream().map(one -> one.in(arena)).toList();
            List<NDArray> ps = pairs.stream().map(one -> one.in(arena)).toList();
            return Values.of(kernels.forward(arena, x.in(arena), ws, ps)[0]);
        }
    }

    Result run(BlockKernels kernels) {
        return run(kernels, Precision.FP32, true);
    }

    /** Forward and backward with every gradient; {@code keep}: with what the forward pass saved. */
    Result run(BlockKernels kernels, Precision precision, boolean keep) {
        try (Arena arena = Cpu.arena()) {
            List<NDArray> ws = in(arena, weights, precision);
            List<NDArray> ps = in(arena, pairs, precision);
            List<NDArray> gws = zeros(arena, weights);
            List<NDArray> gps = zeros(arena, pairs);
            NDArray input = x.in(arena, precision);
            NDArray[] made = kernels.forward(arena, input, ws, ps);
            List<NDArray> saved = keep ? Arrays.asList(made).subList(1, made.length) : List.of();
            NDArray dx = kernels.backward(arena, dy.in(arena, precision), input, saved, ws, gws, ps, gps, true);
            return new Result(
                    Values.of(made[0]),
                    Values.of(dx),
                    gws.stream().map(Values::of).toList(),
                    gps.stream().map(Values::of).toList());
        }
    }
}
