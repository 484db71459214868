package org.moslora.onnx.graph;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The layers that models are made of, each the counterpart of a kernel. Rows are [n, width], pictures [B, channels,
 * height, width]. Layers that are named as adaptable take a low-rank pair as optional inputs.
 */
public final class Layers {
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    private final Operators ops;
    private final Graph graph;
    private final Element compute;
    private final Predicate<String> adaptable;

    /**
     * Layers of a graph.
     *
     * @param compute format of what is computed; FLOAT where HALF overflows
     * @param adaptable whether the layer of a path takes a pair
     */
    public Layers(Graph graph, Element compute, Predicate<String> adaptable) {
        this.graph = graph;
        this.ops = new Operators(graph);
        this.compute = compute;
        this.adaptable = adaptable;
    }

    /** The operators below. */
    public Operators ops() {
        return ops;
    }

    /** Names of the optional inputs of a layer: the inner factor, which sees the layer's input. */
    public static String down(String path) {
        return path + ".lora_A" + WEIGHT;
    }

    /** The outer factor. */
    public static String up(String path) {
        return path + ".lora_B" + WEIGHT;
    }

    /** A weight in the format of what is computed. */
    public GraphValue weight(String name) {
        return ops.cast(graph.weight(name), compute);
    }

    /** In the format of what is computed. */
    public GraphValue narrow(GraphValue x) {
        return ops.cast(x, compute);
    }

    /** In FLOAT, which does not overflow. */
    public GraphValue wide(GraphValue x) {
        return ops.cast(x, Element.FLOAT);
    }

    /** x·Wᵀ + b, and the pair's share: x [n, in] to [n, out]. */
    public GraphValue linear(String path, GraphValue x) {
        GraphValue w = weight(path + WEIGHT);
        GraphValue y = product(x, w, bias(path));
        if (!adaptable.test(path)) {
            return y;
        }
        Axis rank = rank(path);
        GraphValue down = graph.optional(down(path), compute, w.axis(1), rank);
        GraphValue up = graph.optional(up(path), compute, rank, w.axis(0));
        return ops.add(y, ops.matMul(ops.matMul(x, down), up));
    }

    /** x·Wᵀ + b for a weight that no adapter changes. */
    public GraphValue product(GraphValue x, GraphValue weight, @Nullable GraphValue bias) {
        Operators.check(x.rank() == 2 && weight.rank() == 2 && x.axis(1).fits(weight.axis(1)), "Gemm", x, weight);
        Node node = bias == null ? graph.node("Gemm", x, weight) : graph.node("Gemm", x, weight, bias);
        return node.with("transB", 1).makes(x.element(), x.axis(0), weight.axis(0));
    }

    /** A convolution, and the pair's share; padding is top, left, bottom, right. */
    public GraphValue convolution(String path, GraphValue x, long stride, long... padding) {
        GraphValue w = weight(path + WEIGHT);
        GraphValue y = convolved(x, w, bias(path), stride, padding);
        if (!adaptable.test(path)) {
            return y;
        }
        Axis rank = rank(path);
        GraphValue down = graph.optional(down(path), compute, rank, w.axis(1), w.axis(2), w.axis(3));
        GraphValue up = graph.optional(up(path), compute, w.axis(0), rank, Axis.of(1), Axis.of(1));
        return ops.add(y, convolved(convolved(x, down, null, stride, padding), up, null, 1, 0, 0, 0, 0));
    }

    /** A convolution whose weight no adapter changes. */
    public GraphValue convolved(
            GraphValue x, GraphValue weight, @Nullable GraphValue bias, long stride, long... padding) {
        Operators.check(x.rank() == 4 && x.axis(1).fits(weight.axis(1)), "Conv", x, weight);
        Node node = bias == null ? graph.node("Conv", x, weight) : graph.node("Conv", x, weight, bias);
        boolean same = stride == 1 && 2 * padding[0] == weight.size(2) - 1;
        Axis height = same ? x.axis(2) : Axis.unknown();
        Axis width = same ? x.axis(3) : Axis.unknown();
        return node.with("kernel_shape", new long[] {weight.size(2), weight.size(3)})
                .with("strides", new long[] {stride, stride})
                .with("pads", padding)
                .makes(x.element(), x.axis(0), weight.axis(0), height, width);
    }

    /** Layer norm over rows. */
    public GraphValue layerNorm(String path, GraphValue x, double epsilon) {
        GraphValue w = weight(path + WEIGHT);
        Operators.check(x.axis(-1).fits(w.axis(0)), "LayerNormalization", x, w);
        return graph.node("LayerNormalization", x, w, weight(path + BIAS))
                .with("axis", -1)
                .with("epsilon", (float) epsilon)
                .makes(x.element(), x.axes());
    }

    /** RMS norm over rows, in FLOAT. */
    public GraphValue rms(String weight, GraphValue x, double epsilon) {
        GraphValue wide = wide(x);
        GraphValue size = ops.each("Sqrt", ops.add(ops.mean(ops.power(wide, 2)), epsilon));
        return ops.times(narrow(ops.over(wide, size)), weight(weight));
    }

    /** The same with a weight that is {@code offset} more than stored; rounded last. */
    public GraphValue rms(String name, GraphValue x, double epsilon, double offset) {
        if (offset == 0) {
            return rms(name, x, epsilon);
        }
        GraphValue wide = wide(x);
        GraphValue size = ops.each("Sqrt", ops.add(ops.mean(ops.power(wide, 2)), epsilon));
        return narrow(ops.times(ops.over(wide, size), ops.add(wide(weight(name)), offset)));
    }

    /** Group norm over pictures, in FLOAT: each group is normed as if it were one channel. */
    public GraphValue groupNorm(String path, GraphValue x, int groups, double epsilon) {
        GraphValue wide = wide(x);
        GraphValue ones = ops.vector(filled(groups, 1));
        GraphValue zeros = ops.vector(filled(groups, 0));
        GraphValue normed = graph.node("InstanceNormalization", ops.reshape(wide, 0, groups, -1), ones, zeros)
                .with("epsilon", (float) epsilon)
                .makes(Element.FLOAT, x.axis(0), Axis.of(groups), Axis.unknown());
        GraphValue back = ops.reshape(normed, ops.sizes(wide, 0, 4), x.axes().toArray(new Axis[0]));
        GraphValue scaled = ops.times(back, ops.unsqueeze(wide(weight(path + WEIGHT)), 1, 2));
        return narrow(ops.add(scaled, ops.unsqueeze(wide(weight(path + BIAS)), 1, 2)));
    }

    /** x·σ(x). */
    public GraphValue silu(GraphValue x) {
        return ops.times(x, ops.each("Sigmoid", x));
    }

    /** x·Φ(x), Φ from the error function. */
    public GraphValue gelu(GraphValue x) {
        GraphValue share =
                ops.add(ops.each("Erf", ops.over(x, ops.cast(ops.number((float) Math.sqrt(2)), x.element()))), 1);
        return ops.times(ops.times(x, share), 0.5);
    }

    /** A named activation. */
    public GraphValue activation(GraphValue x, String kind) {
        return switch (kind) {
            case "quick_gelu" -> ops.times(x, ops.each("Sigmoid", ops.times(x, 1.702)));
            case "gelu" -> gelu(x);
            case "gelu_pytorch_tanh" -> tanhGelu(x);
            case "silu" -> silu(x);
            default -> ops.each("Relu", x);
        };
    }

    private GraphValue tanhGelu(GraphValue x) {
        GraphValue cubed = ops.times(ops.power(x, 3), 0.044715);
        GraphValue angle = ops.times(ops.add(x, cubed), Math.sqrt(2 / Math.PI));
        return ops.times(ops.times(x, ops.add(ops.each("Tanh", angle), 1)), 0.5);
    }

    /**
     * Attention, scores and softmax in FLOAT: q [.., n, d], k [.., d, m], v [.., m, d] to [.., n, d].
     *
     * @param bias added to the scores, or null
     * @param upcast whether the products of q and k are FLOAT too
     */
    public GraphValue attend(GraphValue q, GraphValue k, GraphValue v, @Nullable GraphValue bias, boolean upcast) {
        // Scaled before the product, so that fewer scores are too large for HALF.
        GraphValue scaled = ops.times(upcast ? wide(q) : q, Math.pow((double) q.size(-1), -0.5));
        GraphValue scores = wide(ops.matMul(scaled, upcast ? wide(k) : k));
        return ops.matMul(narrow(ops.softmax(bias == null ? scores : ops.add(scores, bias))), v);
    }

    /**
     * Attention of {@code batch} pictures over rows, by the runtime's own kernel where it has one, which keeps no scores:
     * q [B·n, heads·d], k and v [B·m, heads·d] to [B·n, heads·d].
     *
     * @param upcast whether all of it is in FLOAT
     */
    public GraphValue attention(GraphValue q, GraphValue k, GraphValue v, GraphValue batch, int heads, boolean upcast) {
        long width = q.size(1);
        GraphValue shape = ops.concat(0, batch, ops.vector(-1, width));
        GraphValue query = whole(q, shape, upcast);
        GraphValue seen = graph.attention(query, whole(k, shape, upcast), whole(v, shape, upcast))
                .with(AttentionFunction.HEADS, heads)
                .with(AttentionFunction.SCALE, (float) Math.pow((double) width / heads, -0.5))
                .makes(query.element(), query.axes());
        return narrow(ops.reshape(seen, -1, width));
    }

    /** [B·n, width] to [B, n, width]. */
    private GraphValue whole(GraphValue rows, GraphValue shape, boolean upcast) {
        GraphValue split = ops.reshape(rows, shape, Axis.free("batch_size"), Axis.unknown(), Axis.of(rows.size(1)));
        return upcast ? wide(split) : split;
    }

    /** Rows of {@code batch} sequences by head: [B·n, heads·d] to [B, heads, n, d]. */
    public GraphValue byHead(GraphValue rows, GraphValue batch, int heads) {
        return ops.transpose(split(rows, batch, heads), 0, 2, 1, 3);
    }

    /** The same as the right factor of a product: [B, heads, d, n]. */
    public GraphValue byHeadTurned(GraphValue rows, GraphValue batch, int heads) {
        return ops.transpose(split(rows, batch, heads), 0, 2, 3, 1);
    }

    /** And back: [B, heads, n, d] to [B·n, heads·d]. */
    public GraphValue fromHeads(GraphValue x) {
        return ops.reshape(ops.transpose(x, 0, 2, 1, 3), -1, x.size(1) * x.size(3));
    }

    private GraphValue split(GraphValue rows, GraphValue batch, int heads) {
        long width = rows.size(1) / heads;
        GraphValue shape = ops.concat(0, batch, ops.vector(-1, heads, width));
        return ops.reshape(rows, shape, Axis.free("batch_size"), Axis.unknown(), Axis.of(heads), Axis.of(width));
    }

    /** Channels last: [B, channels, height, width] to [B, height, width, channels]. */
    public GraphValue turned(GraphValue picture) {
        return ops.transpose(picture, 0, 2, 3, 1);
    }

    /** The places of pictures with their channels last, as rows. */
    public GraphValue rows(GraphValue turned) {
        return ops.reshape(turned, -1, turned.size(3));
    }

    /** Rows as pictures again, of the size of {@code turned}. */
    public GraphValue picture(GraphValue rows, GraphValue turned) {
        GraphValue back =
                ops.reshape(rows, ops.sizes(turned, 0, 4), turned.axes().toArray(new Axis[0]));
        return ops.transpose(back, 0, 3, 1, 2);
    }

    /** Pictures enlarged to the nearest neighbours of another size. */
    public GraphValue enlarged(GraphValue x, GraphValue height, GraphValue width) {
        GraphValue size = ops.concat(0, ops.sizes(x, 0, 2), height, width);
        return nearest(graph.node("Resize", x, null, null, size))
                .makes(x.element(), x.axis(0), x.axis(1), Axis.unknown(), Axis.unknown());
    }

    /** Pictures of twice the height and width. */
    public GraphValue doubled(GraphValue x) {
        return nearest(graph.node("Resize", x, null, ops.vector(1f, 1f, 2f, 2f)))
                .makes(x.element(), x.axis(0), x.axis(1), Axis.unknown(), Axis.unknown());
    }

    private static Node nearest(Node resize) {
        return resize.with("mode", "nearest")
                .with("nearest_mode", "floor")
                .with("coordinate_transformation_mode", "asymmetric");
    }

    /** What is added to scores so that no place looks at one after it: [n, n] for a vector of one number n. */
    public GraphValue causal(GraphValue length) {
        GraphValue places = ops.range(ops.vector(0), length);
        return masked(ops.less(ops.unsqueeze(places, 1), ops.unsqueeze(places, 0)));
    }

    /** What is added to scores where something must not be seen. Finite, so that a row without anything gives no NaN. */
    public GraphValue masked(GraphValue hidden) {
        return ops.choose(hidden, -Float.MAX_VALUE, 0);
    }

    private @Nullable GraphValue bias(String path) {
        return graph.has(path + BIAS) ? weight(path + BIAS) : null;
    }

    private static Axis rank(String path) {
        return Axis.free(path + ".rank");
    }

    private static float[] filled(int count, float number) {
        float[] numbers = new float[count];
        java.util.Arrays.fill(numbers, number);
        return numbers;
    }
}
