package org.moslora.miniature;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.tensors.DType;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** Writes what was trained, in half precision as it is shipped. */
public final class ShippedWeights {
    private ShippedWeights() {}

    /**
     * Writes the tensors of one component into a safetensors file.
     *
     * @param trained all tensors by name
     * @param prefix what those of the component begin with, and what they lose
     */
    public static void write(Arena arena, Path file, Map<String, NDArray> trained, String prefix) {
        List<TensorData> tensors = new ArrayList<>();
        try (Arena step = arena.child()) {
            trained.forEach((name, array) -> {
                if (name.startsWith(prefix)) {
                    tensors.add(ArrayData.of(step, name.substring(prefix.length()), array, DType.F16));
                }
            });
            SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
        }
    }

    /** Copies a folder with all that is in it. */
    public static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(from.relativize(entry).toString());
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(entry, target);
                }
            }
        }
    }
}
