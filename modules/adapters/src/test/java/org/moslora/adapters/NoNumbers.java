package org.moslora.adapters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;

/** Files with values that the writer refuses to write: a stand-in is written, and its bytes are changed after. */
final class NoNumbers {
    /** What stands in a file for the value that is to be there; every number format holds it. */
    static final float STAND_IN = 4096;

    private NoNumbers() {}

    /** Puts a value wherever the stand-in is. */
    static Path put(Path file, DType type, float value) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int size = type.bytes();
            for (int at = 8 + (int) bytes.getLong(0); at + size <= bytes.capacity(); at += size) {
                switch (type) {
                    case F64 -> {
                        if (bytes.getDouble(at) == STAND_IN) {
                            bytes.putDouble(at, value);
                        }
                    }
                    case F32 -> {
                        if (bytes.getFloat(at) == STAND_IN) {
                            bytes.putFloat(at, value);
                        }
                    }
                    default -> {
                        if (bytes.getShort(at) == half(type, STAND_IN)) {
                            bytes.putShort(at, half(type, value));
                        }
                    }
                }
            }
            return Files.write(file, bytes.array());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static short half(DType type, float value) {
        return type == DType.F16 ? HalfFloats.toFloat16(value) : HalfFloats.toBfloat16(value);
    }
}
