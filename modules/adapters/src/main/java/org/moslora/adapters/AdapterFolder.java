package org.moslora.adapters;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** Writes the files of an adapter folder; the caller sees to it that the folder appears whole. */
final class AdapterFolder {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    private static final Map<String, String> METADATA = Map.of("format", "pt");

    private AdapterFolder() {}

    /**
     * Fills a folder.
     *
     * @param projector by the names of {@code projector.safetensors}; empty for none
     */
    static void fill(Path folder, JsonObject config, Collection<TensorData> tensors, Collection<TensorData> projector)
            throws IOException {
        Files.createDirectories(folder);
        SafetensorsWriter.write(folder.resolve(AdapterNames.WEIGHTS), tensors, METADATA);
        if (!projector.isEmpty()) {
            SafetensorsWriter.write(folder.resolve(AdapterNames.PROJECTOR), projector, METADATA);
        }
        Files.writeString(folder.resolve(AdapterNames.CONFIG), GSON.toJson(sorted(config)) + "\n");
    }

    static JsonArray array(Collection<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    /** {@code rank_pattern} or {@code alpha_pattern}: whole paths whose number is not the common one. */
    static JsonObject pattern(List<Map.Entry<String, Number>> numbers, Number common) {
        JsonObject pattern = new JsonObject();
        for (Map.Entry<String, Number> entry : numbers) {
            if (entry.getValue().doubleValue() != common.doubleValue()) {
                pattern.addProperty(entry.getKey().replace(".", "\\."), entry.getValue());
            }
        }
        return pattern;
    }

    /** A whole number without a decimal point, as PEFT's ints are. */
    static Number plain(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return (long) value;
        }
        return value;
    }

    private static JsonObject sorted(JsonObject json) {
        Map<String, JsonElement> entries = new TreeMap<>(json.asMap());
        JsonObject sorted = new JsonObject();
        entries.forEach(sorted::add);
        return sorted;
    }
}
