package org.moslora.tensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a folder itself, in the order of names. */
public final class FolderEntries {
    private FolderEntries() {}

    /**
     * Its files and folders; none where there is no such folder.
     *
     * @throws UncheckedIOException if it cannot be listed
     */
    public static List<Path> of(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The same; none where it cannot be listed. */
    public static List<Path> readable(Path folder) {
        try {
            return of(folder);
        } catch (UncheckedIOException unreadable) {
            return List.of();
        }
    }
}
