package org.moslora.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** Counts a model's parameters. */
final class ModelSize {
    private ModelSize() {}

    /** Elements of all tensors in all safetensors files of a model folder. */
    static long of(Path model) {
        try (Stream<Path> files = Files.walk(model)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .mapToLong(ModelSize::elements)
                    .sum();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static long elements(Path file) {
        try (WeightSource weights = SafetensorsFile.open(file)) {
            return weights.names().stream()
                    .mapToLong(tensor -> weights.info(tensor).elements())
                    .sum();
        }
    }
}
