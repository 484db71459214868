package org.moslora.layers;

/** The number format in which kernels compute; trained parameters and their gradients are always fp32. */
public enum Precision {
    /** IEEE single precision. */
    FP32("float32", 4),
    /** bfloat16, with norms, softmax and losses in fp32. */
    BF16("bfloat16", 2);

    private final int scalarType;
    private final int bytes;

    Precision(String format, int bytes) {
        this.scalarType = KernelSource.format(format);
        this.bytes = bytes;
    }

    /** libtorch's code of the format ({@code c10::ScalarType}). */
    public int scalarType() {
        return scalarType;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }
}
