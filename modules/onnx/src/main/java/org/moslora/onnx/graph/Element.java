package org.moslora.onnx.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import org.moslora.tensors.DType;

/** Number formats of values. */
public enum Element {
    /** 32-bit floating point. */
    FLOAT(DataType.FLOAT, DType.F32),
    /** 16-bit floating point. */
    HALF(DataType.FLOAT16, DType.F16),
    /** 64-bit whole numbers: token ids, positions, sizes. */
    LONG(DataType.INT64, DType.I64),
    /** Truth values. */
    BOOL(DataType.BOOL, DType.BOOL);

    private final DataType code;
    private final DType stored;

    Element(DataType code, DType stored) {
        this.code = code;
        this.stored = stored;
    }

    /** ONNX's code. */
    int code() {
        return code.getNumber();
    }

    /** The same format in files of weights. */
    public DType stored() {
        return stored;
    }
}
