package org.moslora.tensors;

/** A tensor and where its values lie, in bytes from the end of the header: from {@code begin} up to {@code end}. */
record Placed(TensorInfo info, long begin, long end) {
    String name() {
        return info.name();
    }

    String span() {
        return "[" + begin + ", " + end + "]";
    }
}
