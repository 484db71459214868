package org.moslora.adapters;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** An adapter folder being put together, to be written right or wrong. */
final class TinyFolder {
    static final String BASE = "base_model.model.";

    final JsonObject config = JsonParser.parseString("{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 3}")
            .getAsJsonObject();
    final Map<String, TensorData> tensors = new TreeMap<>();
    final Map<String, TensorData> projector = new TreeMap<>();
    private final Random random = new Random(23);

    /** LoRA of rank 2 on the query layer of {@link TinyModel}'s first block. */
    static TinyFolder lora() {
        TinyFolder folder = new TinyFolder();
        folder.layer(BASE + TinyModel.QUERY, 2, 6, 6);
        return folder;
    }

    /** MoSLoRA there. */
    static TinyFolder moslora() {
        TinyFolder folder = lora();
        folder.config.addProperty("peft_type", "MOSLORA");
        folder.put(BASE + TinyModel.QUERY + ".lora_mixer.weight", 2, 2);
        return folder;
    }

    TinyFolder layer(String path, int rank, int outputs, int inputs) {
        put(path + ".lora_A.weight", rank, inputs);
        put(path + ".lora_B.weight", outputs, rank);
        return this;
    }

    TinyFolder put(String key, int... shape) {
        tensors.put(key, random(key, shape));
        return this;
    }

    TinyFolder beside(String key, int... shape) {
        projector.put(key, random(key, shape));
        return this;
    }

    /** Gives every key another spelling. */
    TinyFolder renamed(String part, String other) {
        Map<String, TensorData> before = new TreeMap<>(tensors);
        tensors.clear();
        random.setSeed(23);
        before.forEach((key, tensor) -> put(
                key.replace(part, other),
                tensor.info().shape().stream().mapToInt(Long::intValue).toArray()));
        return this;
    }

    TinyFolder say(String key, String json) {
        config.add(key, JsonParser.parseString(json));
        return this;
    }

    private TensorData random(String key, int... shape) {
        int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        List<Long> wide = Arrays.stream(shape).asLongStream().boxed().toList();
        return TensorData.of(key, wide, Matrix.random(random, 1, size).floats());
    }

    Path write(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("adapter_config.json"), config.toString());
            SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), tensors.values(), Map.of());
            if (!projector.isEmpty()) {
                SafetensorsWriter.write(folder.resolve("projector.safetensors"), projector.values(), Map.of());
            }
            return folder;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
