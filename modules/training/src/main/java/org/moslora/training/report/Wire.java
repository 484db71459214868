package org.moslora.training.report;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A message of protocol buffers, field by field. */
final class Wire {
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int LENGTH = 2;
    private static final int FOUR_BYTES = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Wire number(int field, long value) {
        key(field, VARINT);
        varint(value);
        return this;
    }

    Wire real(int field, double value) {
        key(field, EIGHT_BYTES);
        return fixed(Double.doubleToRawLongBits(value), Double.BYTES);
    }

    Wire single(int field, float value) {
        key(field, FOUR_BYTES);
        return fixed(Float.floatToRawIntBits(value), Float.BYTES);
    }

    Wire text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Wire message(int field, Wire inner) {
        return bytes(field, inner.toBytes());
    }

    Wire bytes(int field, byte[] value) {
        key(field, LENGTH);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    /** The lowest byte first. */
    private Wire fixed(long bits, int count) {
        for (int i = 0; i < count; i++) {
            bytes.write((int) (bits >>> (8 * i)));
        }
        return this;
    }

    private void key(int field, int kind) {
        varint(((long) field << 3) | kind);
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        bytes.write((int) left);
    }
}
