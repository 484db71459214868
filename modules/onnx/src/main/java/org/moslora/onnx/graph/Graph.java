package org.moslora.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.WeightSource;

/**
 * A graph that is being built. Weights enter by name alone: their bytes are asked for when the graph is written. Names
 * of values count up from 0, so that the same model gives the same bytes.
 */
public final class Graph {
    private final String name;
    private final @Nullable WeightSource source;
    private final Element stored;
    private final GraphProto.Builder proto = GraphProto.newBuilder();
    /** Where nodes go: into the graph or into what one of its nodes repeats. */
    private GraphProto.Builder nodes = proto;

    private final List<ValueInfoProto> optional = new ArrayList<>();
    private final Map<String, GraphValue> constants = new HashMap<>();
    private final Map<String, GraphValue> weights = new LinkedHashMap<>();
    private int values;
    private boolean attends;
    private String place = "";

    /**
     * An empty graph.
     *
     * @param name what readers are shown
     * @param source the model's tensors under its own names
     * @param stored format of the weights in the file, FLOAT or HALF
     */
    public Graph(String name, WeightSource source, Element stored) {
        this(name, stored, source);
    }

    /** An empty graph that is not to have weights. */
    public Graph(String name) {
        this(name, Element.FLOAT, null);
    }

    private Graph(String name, Element stored, @Nullable WeightSource source) {
        this.name = name;
        this.source = source;
        this.stored = stored;
        proto.setName(name);
    }

    /** What readers are shown. */
    public String name() {
        return name;
    }

    /** Format of the weights in the file. */
    public Element stored() {
        return stored;
    }

    /** Says which part of the model comes next: the names of its values begin with it. */
    public void at(String path) {
        place = "/" + path + "/";
    }

    /** An input that every run must give. */
    public GraphValue input(String input, Element element, Axis... axes) {
        GraphValue value = new GraphValue(input, element, Arrays.asList(axes));
        proto.addInput(declared(value));
        return value;
    }

    /**
     * An input that a run may give. Without one it has no entries: its free axes have size 0.
     *
     * @param axes of which at least one is free
     */
    public GraphValue optional(String input, Element element, Axis... axes) {
        GraphValue value = new GraphValue(input, element, Arrays.asList(axes));
        optional.add(declared(value));
        TensorProto.Builder empty = TensorProto.newBuilder()
                .setName(input)
                .setDataType(element.code())
                .setRawData(ByteString.EMPTY);
        value.axes().forEach(axis -> empty.addDims(axis.isFixed() ? axis.size() : 0));
        proto.addInitializer(empty);
        return value;
    }

    /** Makes a value an output under a name and with the given axes, in FLOAT or LONG. */
    public void output(String output, GraphValue value, Axis... axes) {
        place = "/";
        Element told = value.element() == Element.HALF ? Element.FLOAT : value.element();
        Node node = told == value.element()
                ? node("Identity", value)
                : node("Cast", value).with("to", told.code());
        proto.addOutput(declared(node.makesNamed(output, told, Arrays.asList(axes))));
    }

    /** Whether the model has a tensor of this name. */
    public boolean has(String weight) {
        return source != null && source.names().contains(weight);
    }

    /** A tensor of the model, in the graph under the name that it has in its file. */
    public GraphValue weight(String weight) {
        WeightSource files = Objects.requireNonNull(source, "a graph without weights");
        return weights.computeIfAbsent(
                weight,
                own -> new GraphValue(
                        files.spelled(own),
                        stored,
                        files.info(own).shape().stream().map(Axis::of).toList()));
    }

    /** Whole numbers as a vector, or as a scalar where {@code axes} is empty. */
    GraphValue constant(long[] numbers, Axis... axes) {
        byte[] bytes = new byte[8 * numbers.length];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(numbers);
        return constant(Element.LONG, bytes, Arrays.asList(axes));
    }

    /** Floats of a shape. */
    GraphValue constant(float[] numbers, Axis... axes) {
        byte[] bytes = new byte[4 * numbers.length];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(numbers);
        return constant(Element.FLOAT, bytes, Arrays.asList(axes));
    }

    private GraphValue constant(Element element, byte[] bytes, List<Axis> axes) {
        String key = element + Arrays.toString(bytes) + axes;
        return constants.computeIfAbsent(key, unseen -> {
            TensorProto.Builder tensor = TensorProto.newBuilder()
                    .setName("constant_" + constants.size())
                    .setDataType(element.code())
                    .setRawData(ByteString.copyFrom(bytes));
            axes.forEach(axis -> tensor.addDims(axis.size()));
            proto.addInitializer(tensor);
            return new GraphValue(tensor.getName(), element, axes);
        });
    }

    Node node(String operator, @Nullable GraphValue... inputs) {
        return new Node(this, operator, inputs);
    }

    /** A node of {@link AttentionFunction}, which the graph then brings along. */
    Node attention(GraphValue q, GraphValue k, GraphValue v) {
        attends = true;
        return node(AttentionFunction.NAME, q, k, v).of(AttentionFunction.DOMAIN);
    }

    /** Whether there is one. */
    boolean attends() {
        return attends;
    }

    String freshName(String operator) {
        return place + operator + "_" + values++;
    }

    void add(NodeProto node) {
        nodes.addNode(node);
    }

    /** Nodes that some work adds, as a graph of their own that a node holds; they see all that stands around it. */
    GraphProto apart(String title, List<GraphValue> given, Supplier<List<GraphValue>> work) {
        GraphProto.Builder around = nodes;
        GraphProto.Builder own = GraphProto.newBuilder().setName(title);
        nodes = own;
        given.forEach(value -> own.addInput(typed(value)));
        work.get().forEach(value -> own.addOutput(typed(value)));
        nodes = around;
        return own.build();
    }

    /** A number, or a value whose shape may differ each time. */
    private static ValueInfoProto typed(GraphValue value) {
        TypeProto.Tensor.Builder type =
                TypeProto.Tensor.newBuilder().setElemType(value.element().code());
        if (value.axes().isEmpty()) {
            type.setShape(TensorShapeProto.getDefaultInstance());
        }
        return ValueInfoProto.newBuilder()
                .setName(value.name())
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }

    /** The tensors that the graph reads, by the model's names, in the order in which they were asked for. */
    Map<String, GraphValue> weights() {
        return weights;
    }

    /** Everything but the weights. */
    GraphProto skeleton() {
        return proto.clone().addAllInput(optional).build();
    }

    private static ValueInfoProto declared(GraphValue value) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Axis axis : value.axes()) {
            TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
            shape.addDim(axis.isFixed() ? dimension.setDimValue(axis.size()) : dimension.setDimParam(axis.name()));
        }
        return ValueInfoProto.newBuilder()
                .setName(value.name())
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(value.element().code())
                                .setShape(shape)))
                .build();
    }
}
