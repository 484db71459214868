package org.moslora.adapters;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** Writes the files of an adapter folder; the caller sees to it that the folder appears whole. */
final class AdapterFolder {
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
        AdapterConfig.write(folder, config);
    }
}
