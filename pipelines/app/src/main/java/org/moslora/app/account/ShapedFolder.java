package org.moslora.app.account;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.moslora.miniature.blank.StartValues;
import org.moslora.problems.InputFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/**
 * A folder of a model that is made larger than it was: its config with other entries, then weights of the new shapes.
 *
 * @param folder with a {@code config.json}
 */
record ShapedFolder(Path folder) {
    /** Sets entries of a JSON file of the folder, those of objects within it one by one. */
    JsonObject set(String file, String entries) throws IOException {
        Path path = folder.resolve(file);
        JsonObject whole = JsonParser.parseString(InputFile.text(path)).getAsJsonObject();
        set(whole, JsonParser.parseString(entries).getAsJsonObject());
        Files.writeString(path, whole.toString());
        return whole;
    }

    private static void set(JsonObject into, JsonObject entries) {
        for (Map.Entry<String, JsonElement> entry : entries.entrySet()) {
            JsonElement there = into.get(entry.getKey());
            if (there instanceof JsonObject object && entry.getValue() instanceof JsonObject own) {
                set(object, own);
            } else {
                into.add(entry.getKey(), entry.getValue());
            }
        }
    }

    /** Writes weights as they begin, of these shapes. */
    void fill(String file, Map<String, List<Long>> shapes) throws IOException {
        List<TensorData> tensors = new StartValues(0).of(new TreeMap<>(shapes));
        SafetensorsWriter.write(folder.resolve(file), tensors, Map.of("format", "pt"));
    }
}
