package org.moslora.campaign;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A safetensors file taken apart by hand, as only whoever spoils files does. */
final class Shards {
    private Shards() {}

    /** The header's text. */
    static String header(byte[] file) {
        return new String(file, 8, length(file), StandardCharsets.UTF_8);
    }

    /** The same data behind another header. */
    static byte[] withHeader(byte[] file, byte[] header) {
        int old = 8 + length(file);
        return ByteBuffer.allocate(8 + header.length + file.length - old)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(file, old, file.length - old)
                .array();
    }

    static int length(byte[] file) {
        return (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** Writes a model whose weights lie in two files with an index, and whose other files are those of another. */
    static void split(Path weights, Path folder, Path others) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> found = Files.list(others)) {
            for (Path file :
                    found.filter(file -> !file.endsWith("model.safetensors")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        byte[] all = Files.readAllBytes(weights);
        JsonObject header = JsonParser.parseString(header(all)).getAsJsonObject();
        List<String> names = header.keySet().stream()
                .filter(name -> !name.equals("__metadata__"))
                .toList();
        JsonObject map = new JsonObject();
        for (int shard = 0; shard < 2; shard++) {
            String name = "model-0000" + (shard + 1) + "-of-00002.safetensors";
            List<String> own =
                    shard == 0 ? names.subList(0, names.size() / 2) : names.subList(names.size() / 2, names.size());
            own.forEach(tensor -> map.addProperty(tensor, name));
            Files.write(folder.resolve(name), part(all, header, own));
        }
        JsonObject index = new JsonObject();
        index.add("metadata", new JsonObject());
        index.add("weight_map", map);
        Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
    }

    private static byte[] part(byte[] all, JsonObject header, List<String> names) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        JsonObject own = new JsonObject();
        for (String name : names) {
            JsonObject entry = header.getAsJsonObject(name).deepCopy();
            JsonArray offsets = entry.getAsJsonArray("data_offsets");
            int from = offsets.get(0).getAsInt();
            int to = offsets.get(1).getAsInt();
            JsonArray moved = new JsonArray();
            moved.add(data.size());
            data.write(all, 8 + length(all) + from, to - from);
            moved.add(data.size());
            entry.add("data_offsets", moved);
            own.add(name, entry);
        }
        byte[] text = own.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data.toByteArray())
                .array();
    }
}
