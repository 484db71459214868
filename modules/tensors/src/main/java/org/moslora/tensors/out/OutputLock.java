package org.moslora.tensors.out;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Writable;

/**
 * Keeps other processes from writing to a place as long as this one is at it. The lock is the operating system's on an
 * open file, which goes with the process however that ends, and holds across machines where the file system does; the
 * file itself says who it is, and means nothing when it is left behind. Where a file system has no locks there are none.
 */
public final class OutputLock implements AutoCloseable {
    /** The file inside of a folder that is written to; beside whatever appears as a whole its name follows that one's. */
    public static final String NAME = ".moslora-lock";

    private static final int TRIES = 1000;

    /** Of this process: the system's locks neither hold within one nor outlive the closing of any channel to the file. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final @Nullable Path file;
    private final List<FileChannel> open;
    private final @Nullable Path made;

    private OutputLock(@Nullable Path file, List<FileChannel> open, @Nullable Path made) {
        this.file = file;
        this.open = open;
        this.made = made;
    }

    /**
     * Takes a folder that is written into bit by bit, making it if need be.
     *
     * @param where names it in messages
     * @throws InvalidInput if another process is at it, naming that, or it cannot be written to
     */
    public static OutputLock inside(String where, Path folder) {
        return inside(where, folder, "");
    }

    /** As {@link #inside(String, Path)}, for one of several that may be at a folder at a time. */
    public static OutputLock inside(String where, Path folder, String part) {
        Writable.folder(where, folder);
        boolean there = Files.isDirectory(folder);
        try {
            Path real = Files.createDirectories(Inputs.real(folder)).toRealPath();
            return taken(where, real.resolve(NAME + part), there ? null : real);
        } catch (IOException refused) {
            throw refused(where, refused);
        }
    }

    /** Takes what appears as a whole; as {@link #inside} otherwise. */
    static OutputLock beside(String where, Path place) {
        try {
            Path parent = place.resolveSibling(".");
            Path real = Files.createDirectories(parent).toRealPath();
            return taken(where, real.resolve(NAME + "-" + place.getFileName()), null);
        } catch (AccessDeniedException closed) {
            if (Files.isDirectory(place)) {
                return inside(where, place);
            }
            throw refused(where, closed);
        } catch (IOException refused) {
            throw refused(where, refused);
        }
    }

    /** Takes nothing, which is what devices and pipes need. */
    static OutputLock none() {
        return new OutputLock(null, List.of(), null);
    }

    /** Whether a file is one of these. */
    public static boolean isLock(String name) {
        return name.startsWith(NAME);
    }

    /**
     * The process that is at a folder, as far as its lock says so and it is one of this machine. A number that came to
     * another process since then is not taken for it.
     */
    public static Optional<ProcessHandle> holder(Path folder) {
        Path file = folder.resolve(NAME);
        try {
            Instant written = Files.getLastModifiedTime(file).toInstant();
            return Holder.living(InputFile.text(file))
                    .filter(process -> process.info()
                            .startInstant()
                            .map(start -> start.isBefore(written.plusSeconds(1)))
                            .orElse(true));
        } catch (IOException | UncheckedIOException free) {
            return Optional.empty();
        }
    }

    private static RuntimeException refused(String where, IOException reason) {
        String text = String.valueOf(reason.getMessage());
        if (text.contains("No space") || text.contains("quota")) {
            return new UncheckedIOException(where + " cannot be written: " + text, reason);
        }
        if (reason instanceof FileAlreadyExistsException) {
            return new InvalidInput(where, "is a file; name a folder");
        }
        String told = reason instanceof AccessDeniedException
                ? "no permission for " + text
                : reason instanceof FileSystemException ? text : reason.toString();
        return new InvalidInput(where, "cannot be written to: " + told);
    }

    private static OutputLock taken(String where, Path file, @Nullable Path made) throws IOException {
        if (!HELD.add(file)) {
            throw new InvalidInput(where, "is in use by this process already");
        }
        OutputLock taken = null;
        try {
            for (int i = 0; taken == null && i < TRIES; i++) {
                taken = tried(where, file, made);
            }
        } finally {
            if (taken == null) {
                HELD.remove(file);
            }
        }
        if (taken == null) {
            throw new IOException(file + " is taken and let go all the time");
        }
        return taken;
    }

    /** One try; null where whoever had the lock took the file away meanwhile. */
    private static @Nullable OutputLock tried(String where, Path file, @Nullable Path made) throws IOException {
        List<FileChannel> open = new ArrayList<>();
        OutputLock taken = null;
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            open.add(channel);
            if (!isLocked(channel)) {
                throw new InvalidInput(
                        where, "is in use by " + text(channel).strip() + "; wait for it, or name another place");
            }
            write(channel, Holder.current());
            // The file that has the name must be the one that is locked; both stay open, for closing one would unlock
            // both.
            FileChannel named = opened(file);
            if (named != null) {
                open.add(named);
                taken = text(named).equals(text(channel)) ? new OutputLock(file, List.copyOf(open), made) : null;
            }
        } finally {
            if (taken == null) {
                open.forEach(OutputLock::close);
            }
        }
        return taken;
    }

    private static @Nullable FileChannel opened(Path file) throws IOException {
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    private static boolean isLocked(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException without) {
            return true; // a file system without locks, as NFS may be
        }
    }

    /** A disk that is full holds a lock all the same. */
    private static void write(FileChannel channel, String text) {
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        } catch (IOException full) {
            return;
        }
    }

    private static String text(FileChannel channel) throws IOException {
        channel.position(0);
        String text = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        return text.isBlank() ? "another process" : text;
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException nothingToLose) {
            return;
        }
    }

    /** Does something and lets go. */
    public void during(Runnable work) {
        try {
            work.run();
        } finally {
            close();
        }
    }

    /** Lets go, and takes the file away, with the folder that was made for it if nothing else came into it. */
    @Override
    public void close() {
        if (file == null) {
            return;
        }
        try {
            Files.deleteIfExists(file);
            if (made != null) {
                Files.deleteIfExists(made);
            }
        } catch (IOException keptOrInUse) {
            // A folder that holds something stays, and a file that is left behind means nothing.
        } finally {
            open.forEach(OutputLock::close);
            HELD.remove(file);
        }
    }
}
