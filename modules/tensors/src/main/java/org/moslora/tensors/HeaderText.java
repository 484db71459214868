package org.moslora.tensors;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The header of a file to be written, its length in front and padded so that the data starts at a multiple of 8. */
final class HeaderText {
    private HeaderText() {}

    /** @param tensors in the order of their data */
    static ByteBuffer of(List<TensorInfo> tensors, Map<String, String> metadata) {
        byte[] json = json(tensors, metadata).getBytes(StandardCharsets.UTF_8);
        int padded = Math.addExact(json.length, 7) / 8 * 8;
        if (padded > SafetensorsHeaderReader.LONGEST) {
            throw new IllegalArgumentException("a header of " + padded + " bytes is longer than any reader accepts");
        }
        ByteBuffer header =
                ByteBuffer.allocate(SafetensorsHeaderReader.PREFIX + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static String json(List<TensorInfo> tensors, Map<String, String> metadata) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            if (!metadata.isEmpty()) {
                json.name(HeaderJson.METADATA).beginObject();
                for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
                    json.name(entry.getKey()).value(entry.getValue());
                }
                json.endObject();
            }
            long begin = 0;
            for (TensorInfo tensor : tensors) {
                entry(json, tensor, begin);
                begin = Math.addExact(begin, tensor.byteSize());
            }
            json.endObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static void entry(JsonWriter json, TensorInfo tensor, long begin) throws IOException {
        json.name(tensor.name()).beginObject();
        json.name("dtype").value(tensor.dtype().safetensorsName());
        json.name("shape").beginArray();
        for (long size : tensor.shape()) {
            json.value(size);
        }
        json.endArray();
        json.name("data_offsets").beginArray().value(begin).value(begin + tensor.byteSize());
        json.endArray().endObject();
    }
}
