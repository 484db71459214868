package org.moslora.tensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What processes that were killed left half written in a folder of caches, where others may be writing just now. */
public final class Leftovers {
    /** Whoever still writes has written lately, or holds a file open. */
    private static final Duration QUIET = Duration.ofMinutes(2);

    private static final Path PROCESSES = Path.of("/proc");

    private Leftovers() {}

    /** Removes the files and folders of this name that no living process works on; a failure leaves them. */
    public static void remove(Path folder, Pattern name) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> left = entries.filter(entry ->
                            name.matcher(entry.getFileName().toString()).matches())
                    .toList();
            for (Path entry : left) {
                if (isQuiet(entry) && !isOpen(entry.toRealPath())) {
                    FolderTree.delete(entry);
                }
            }
        } catch (IOException | UncheckedIOException unreadable) {
            return;
        }
    }

    private static boolean isQuiet(Path entry) throws IOException {
        Instant lately = Instant.now().minus(QUIET);
        try (Stream<Path> tree = Files.walk(entry)) {
            return tree.allMatch(
                    path -> Instant.ofEpochMilli(path.toFile().lastModified()).isBefore(lately));
        }
    }

    /** Whether a process that can be looked at holds it, or something in it, open. */
    private static boolean isOpen(Path entry) throws IOException {
        if (!Files.isDirectory(PROCESSES)) {
            return false;
        }
        try (Stream<Path> processes = Files.list(PROCESSES)) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("[0-9]+"))
                    .anyMatch(process -> holds(process.resolve("fd"), entry));
        }
    }

    private static boolean holds(Path descriptors, Path entry) {
        try (Stream<Path> open = Files.list(descriptors)) {
            return open.anyMatch(descriptor -> {
                try {
                    return Files.readSymbolicLink(descriptor).startsWith(entry);
                } catch (IOException closed) {
                    return false;
                }
            });
        } catch (IOException | UncheckedIOException gone) {
            return false;
        }
    }
}
