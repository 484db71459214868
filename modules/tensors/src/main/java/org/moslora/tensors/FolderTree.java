package org.moslora.tensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Deletes and flushes whole folders; symbolic links are never followed. */
public final class FolderTree {
    private FolderTree() {}

    /** Deletes a file or folder with all that is in it, if it is there. */
    public static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        for (Path each : deepestFirst(path)) {
            Files.deleteIfExists(each);
        }
    }

    /** Clears up after a failure, whose own exception matters more than one from here. */
    public static void deleteQuietly(Path path) {
        try {
            delete(path);
        } catch (IOException leftBehind) {
            return;
        }
    }

    /** Flushes every file and folder below {@code root}, and {@code root} itself, to the disk. */
    static void flushAll(Path root) throws IOException {
        for (Path each : deepestFirst(root)) {
            if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                flush(each);
            } else if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                try (FileChannel channel = FileChannel.open(each, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    /** Flushes a folder's list of names. */
    static void flush(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            // Some systems cannot open a folder; there the rename is as durable as they make it.
            return;
        }
    }

    private static List<Path> deepestFirst(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }
}
