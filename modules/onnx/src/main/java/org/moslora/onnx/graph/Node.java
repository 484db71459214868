package org.moslora.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node that is being put together: its operator, inputs and attributes, and at last what it makes. */
final class Node {
    private final Graph graph;
    private final NodeProto.Builder proto = NodeProto.newBuilder();

    Node(Graph graph, String operator, @Nullable GraphValue... inputs) {
        this.graph = graph;
        proto.setOpType(operator);
        for (GraphValue input : inputs) {
            proto.addInput(input == null ? "" : input.name());
        }
    }

    /** Of an operator that is none of the standard ones. */
    Node of(String domain) {
        proto.setDomain(domain);
        return this;
    }

    Node with(String name, long value) {
        proto.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value));
        return this;
    }

    Node with(String name, float value) {
        proto.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF(value));
        return this;
    }

    Node with(String name, String value) {
        proto.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.STRING)
                .setS(com.google.protobuf.ByteString.copyFromUtf8(value)));
        return this;
    }

    Node with(String name, GraphProto body) {
        proto.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.GRAPH)
                .setG(body));
        return this;
    }

    Node with(String name, long[] values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        proto.addAttribute(attribute);
        return this;
    }

    /** The node's only output, under a name of its own. */
    GraphValue makes(Element element, List<Axis> axes) {
        return makesNamed(graph.freshName(proto.getOpType()), element, axes);
    }

    /** As {@link #makes(Element, List)}. */
    GraphValue makes(Element element, Axis... axes) {
        return makes(element, Arrays.asList(axes));
    }

    /** The node's only output, under a given name. */
    GraphValue makesNamed(String output, Element element, List<Axis> axes) {
        proto.setName(graph.freshName(proto.getOpType()) + "_node").addOutput(output);
        graph.add(proto.build());
        return new GraphValue(output, element, axes);
    }
}
