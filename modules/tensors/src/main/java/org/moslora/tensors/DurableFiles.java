package org.moslora.tensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/**
 * Writes files and folders that are either complete or not there: beside their place under the name
 * {@code NAME.moslora-partial}, flushed to the disk, then renamed. Whatever a failure or a crash leaves of an earlier
 * attempt is replaced by the next one. Links are followed, devices and pipes written to. Every {@link IOException} comes out as an {@link UncheckedIOException}: a full disk is
 * not the user's input.
 */
public final class DurableFiles {
    private static final String PARTIAL = ".moslora-partial";
    private static final String REPLACED = ".moslora-replaced";
    private static final Pattern PASSING =
            Pattern.compile(".*\\.moslora-(?:partial|replaced)(?:-\\d+)?", Pattern.DOTALL);
    private static volatile String mark = "";

    private DurableFiles() {}

    /** Writes the bytes of a file. */
    @FunctionalInterface
    public interface Body {
        /** Writes everything, from the start of an empty file on. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /** Puts files into a folder. */
    @FunctionalInterface
    public interface Filling {
        /** Fills an empty folder, whose name is not yet the final one. */
        void fill(Path folder) throws IOException;
    }

    /** Writes a file, making its parent folders; an existing file is replaced in one step. */
    public static void write(Path file, Body body) {
        Destination destination = destination(file);
        if (destination.isStream()) {
            stream(destination, body, file);
            return;
        }
        Path target = destination.path();
        Path partial = beside(target, PARTIAL);
        Unfinished.begin(partial);
        try {
            Files.createDirectories(parent(target));
            writeFlushed(partial, body);
            Unfinished.finish(partial, () -> Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE));
            FolderTree.flush(parent(target));
        } catch (IOException failure) {
            throw given(failure, partial, file);
        } catch (RuntimeException failure) {
            drop(partial);
            throw failure;
        }
    }

    private static void stream(Destination destination, Body body, Path file) {
        try {
            destination.stream(body);
        } catch (IOException failure) {
            throw new UncheckedIOException(file + " cannot be written: " + failure.getMessage(), failure);
        }
    }

    private static Destination destination(Path wanted) {
        try {
            return Destination.of(wanted);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(wanted + " cannot be written: " + unreadable.getMessage(), unreadable);
        }
    }

    /** Writes a text as UTF-8; see {@link #write}. */
    public static void writeString(Path file, String text) {
        writeBytes(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes; see {@link #write}. */
    public static void writeBytes(Path file, byte[] bytes) {
        write(file, channel -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        });
    }

    /**
     * Fills a folder under another name, flushes all of it and gives it its name. An existing folder is replaced as a
     * whole: it is moved aside to {@code NAME.moslora-replaced} for the moment between two renames, and deleted after.
     */
    public static void writeFolder(Path folder, Filling filling) {
        writeFolder(folder, filling, FolderTree::flushAll);
    }

    /**
     * As {@link #writeFolder(Path, Filling)}, but not flushed file by file: for tens of thousands of small files that
     * can be made again. After a crash of the machine itself, not of the program, the last ones may be missing.
     */
    public static void writeRemakeableFolder(Path folder, Filling filling) {
        writeFolder(folder, filling, partial -> {});
    }

    private static void writeFolder(Path folder, Filling filling, Filling flushing) {
        Path target = destination(folder).path();
        Path partial = beside(target, PARTIAL);
        Unfinished.begin(partial);
        try {
            if (Files.exists(target) && !Files.isDirectory(target)) {
                throw new FileAlreadyExistsException(target + " is no folder");
            }
            FolderTree.delete(partial);
            Files.createDirectories(partial);
            filling.fill(partial);
            flushing.fill(partial);
            Unfinished.finish(partial, () -> rename(partial, target));
        } catch (IOException failure) {
            throw given(failure, partial, folder);
        } catch (RuntimeException failure) {
            drop(partial);
            throw failure;
        }
    }

    private static void rename(Path partial, Path target) throws IOException {
        Path replaced = beside(target, REPLACED);
        FolderTree.delete(replaced);
        if (Files.exists(target)) {
            Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            if (Files.exists(replaced)) {
                Files.move(replaced, target, StandardCopyOption.ATOMIC_MOVE);
            }
            throw failure;
        }
        FolderTree.flush(parent(target));
        FolderTree.delete(replaced);
    }

    private static void writeFlushed(Path partial, Body body) throws IOException {
        try (FileChannel channel = FileChannel.open(
                partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            body.writeTo(channel);
            channel.force(true);
        }
    }

    private static UncheckedIOException given(IOException failure, Path partial, Path wanted) {
        drop(partial);
        return new UncheckedIOException(wanted + " cannot be written: " + failure.getMessage(), failure);
    }

    private static void drop(Path partial) {
        FolderTree.deleteQuietly(partial);
        Unfinished.dropped(partial);
    }

    /** Whether a name is one of those under which something is written that is not there yet, or goes. */
    public static boolean isPassing(String name) {
        return PASSING.matcher(name).matches();
    }

    /**
     * Does work in one of several processes of which two may for a moment write to the same place, one not knowing yet
     * that the other took over: what passes gets names of its own, by a number that both do not have.
     */
    public static void numbered(int number, Runnable work) {
        mark = "-" + number;
        try {
            work.run();
        } finally {
            mark = "";
        }
    }

    private static Path beside(Path target, String suffix) {
        return target.resolveSibling(target.getFileName() + suffix + mark);
    }

    private static Path parent(Path absolute) {
        Path parent = absolute.getParent();
        return parent == null ? absolute : parent;
    }
}
