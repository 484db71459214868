package org.moslora.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.Arrays;
import java.util.List;

/**
 * Attention of several heads as a function that a graph brings along. It has name, inputs and attributes of the operator
 * that ONNX Runtime computes block by block, without a table of every place against every other (Dao et al. 2022,
 * arXiv:2205.14135): where there is a kernel for it that one runs, everywhere else the plain operators below.
 */
final class AttentionFunction {
    static final String DOMAIN = "com.microsoft";
    static final String NAME = "MultiHeadAttention";
    static final String HEADS = "num_heads";
    static final String SCALE = "scale";

    private AttentionFunction() {}

    /** What graphs that use it import. */
    static OperatorSetIdProto operators() {
        return OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1).build();
    }

    /** query [B, n, heads·d], key and value [B, m, heads·d] to [B, n, heads·d]; scores and softmax in FLOAT. */
    static FunctionProto proto() {
        FunctionProto.Builder function = FunctionProto.newBuilder()
                .setDomain(DOMAIN)
                .setName(NAME)
                .addAllInput(List.of("query", "key", "value"))
                .addOutput("output")
                .addAllAttribute(List.of(HEADS, SCALE))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(GraphFile.OPSET));
        sizes(function);
        split(function, "query", 0, 2, 1, 3); // [B, heads, n, d]
        split(function, "key", 0, 2, 3, 1); // [B, heads, d, m]
        split(function, "value", 0, 2, 1, 3); // [B, heads, m, d]
        // Scaled before the product, so that fewer scores are too large for HALF.
        add(function, node("Constant", "factor").addAttribute(passed("value_float", SCALE, AttributeType.FLOAT)));
        add(function, node("CastLike", "like", "factor", "query"));
        add(function, node("Mul", "scaled", "query_heads", "like"));
        add(function, node("MatMul", "scores", "scaled", "key_heads"));
        add(function, node("Cast", "wide", "scores").addAttribute(number("to", Element.FLOAT.code())));
        add(function, node("Softmax", "shares", "wide").addAttribute(number("axis", -1)));
        add(function, node("CastLike", "narrow", "shares", "value"));
        add(function, node("MatMul", "seen", "narrow", "value_heads"));
        add(function, node("Transpose", "turned", "seen").addAttribute(numbers("perm", 0, 2, 1, 3)));
        add(function, node("Reshape", "output", "turned", "whole"));
        return function.build();
    }

    /** The shapes that rows are split to and put together to: [0, 0, heads, -1] and [0, 0, -1]. */
    private static void sizes(FunctionProto.Builder function) {
        add(function, node("Constant", "heads").addAttribute(passed("value_int", HEADS, AttributeType.INT)));
        add(function, node("Constant", "front").addAttribute(numbers("value_ints", 0)));
        add(function, node("Constant", "same").addAttribute(numbers("value_ints", 0, 0)));
        add(function, node("Constant", "rest").addAttribute(numbers("value_ints", -1)));
        add(function, node("Unsqueeze", "count", "heads", "front"));
        add(function, node("Concat", "split", "same", "count", "rest").addAttribute(number("axis", 0)));
        add(function, node("Concat", "whole", "same", "rest").addAttribute(number("axis", 0)));
    }

    private static void split(FunctionProto.Builder function, String rows, long... order) {
        add(function, node("Reshape", rows + "_split", rows, "split"));
        add(function, node("Transpose", rows + "_heads", rows + "_split").addAttribute(numbers("perm", order)));
    }

    private static void add(FunctionProto.Builder function, NodeProto.Builder node) {
        function.addNode(node);
    }

    private static NodeProto.Builder node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output + "_node")
                .addAllInput(Arrays.asList(inputs))
                .addOutput(output);
    }

    private static AttributeProto number(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto numbers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }

    /** An attribute whose value is the function's own. */
    private static AttributeProto passed(String name, String own, AttributeType type) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(type)
                .setRefAttrName(own)
                .build();
    }
}
