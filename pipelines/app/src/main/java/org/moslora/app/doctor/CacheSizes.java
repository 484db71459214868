package org.moslora.app.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.moslora.layers.AvailableMemory;
import org.moslora.layers.Engine;
import org.moslora.layers.quantised.CacheFolder;
import org.moslora.tensors.FolderEntries;

/**
 * A folder of what is made once and can be made again.
 *
 * @param parts what lies in it, largest first
 */
record CacheSizes(Path folder, List<Part> parts) {
    private static final int SHOWN = 4;

    /** One entry of such a folder. */
    record Part(String name, long bytes) {}

    static List<CacheSizes> find() {
        return List.of(of(CacheFolder.path()), of(Engine.cache()));
    }

    static CacheSizes of(Path folder) {
        return new CacheSizes(
                folder,
                FolderEntries.readable(folder).stream()
                        .map(entry -> new Part(String.valueOf(entry.getFileName()), bytes(entry)))
                        .filter(part -> part.bytes() > 0)
                        .sorted(Comparator.comparingLong(Part::bytes).reversed())
                        .toList());
    }

    private static long bytes(Path tree) {
        try (Stream<Path> files = Files.walk(tree)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(CacheSizes::size)
                    .sum();
        } catch (IOException | UncheckedIOException closed) {
            return 0;
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            return 0;
        }
    }

    String told() {
        long all = parts.stream().mapToLong(Part::bytes).sum();
        String some = parts.stream()
                .limit(SHOWN)
                .map(part -> part.name() + " " + AvailableMemory.readable(part.bytes()))
                .collect(Collectors.joining(", "));
        return folder + ": " + AvailableMemory.readable(all)
                + (parts.isEmpty() ? "" : " (" + some + (parts.size() > SHOWN ? ", …" : "") + ")");
    }
}
