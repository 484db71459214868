package org.moslora.onnx.adapter;

import com.google.flatbuffers.Table;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.moslora.tensors.HalfFloats;

/** The root of an {@code .onnx_adapter} in memory. */
final class StoredAdapter extends Table {
    StoredAdapter(ByteBuffer bytes) {
        __reset(bytes.getInt(0), bytes);
    }

    int count() {
        int field = field(AdapterFormatFile.PARAMETERS);
        int count = field == 0 ? 0 : __vector_len(field);
        if (count < 0 || 4L * count > bb.limit()) {
            throw new IllegalArgumentException(count + " parameters");
        }
        return count;
    }

    GraphFactor factor(int index) {
        int at = __vector(field(AdapterFormatFile.PARAMETERS)) + 4 * index;
        return new Parameter(bb, __indirect(at)).factor();
    }

    private int field(int index) {
        return __offset(4 + 2 * index);
    }

    /** One parameter. */
    private static final class Parameter extends Table {
        Parameter(ByteBuffer bytes, int position) {
            __reset(position, bytes);
        }

        GraphFactor factor() {
            List<Long> dims = new ArrayList<>();
            int shape = needed(AdapterFormatFile.DIMS);
            for (int i = 0; i < __vector_len(shape); i++) {
                dims.add(bb.getLong(__vector(shape) + Long.BYTES * i));
            }
            return new GraphFactor(__string(needed(AdapterFormatFile.NAME) + bb_pos), dims, values());
        }

        private float[] values() {
            int type = __offset(4 + 2 * AdapterFormatFile.TYPE);
            int code = type == 0 ? 0 : bb.getInt(type + bb_pos);
            if (code != AdapterFormatFile.FLOAT && code != AdapterFormatFile.HALF) {
                throw new IllegalArgumentException("its data type " + code + " is neither float nor float16");
            }
            int data = needed(AdapterFormatFile.DATA);
            ByteBuffer raw = bb.slice(__vector(data), __vector_len(data)).order(ByteOrder.LITTLE_ENDIAN);
            int width = code == AdapterFormatFile.HALF ? 2 : 4;
            float[] values = new float[raw.remaining() / width];
            for (int i = 0; i < values.length; i++) {
                values[i] = width == 4 ? raw.getFloat(4 * i) : HalfFloats.fromFloat16(raw.getShort(2 * i));
            }
            return values;
        }

        private int needed(int index) {
            int offset = __offset(4 + 2 * index);
            if (offset == 0) {
                throw new IllegalArgumentException("a parameter lacks its field " + index);
            }
            return offset;
        }
    }
}
