package org.moslora.tensors;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/**
 * Finds out before hours of work whether its result can be left where it is wanted. Rights alone do not tell, not for
 * a superuser and not on a file system that is mounted for reading: a file is made and taken away again.
 */
public final class Writable {
    private static final String PROBE = ".moslora-probe";

    private Writable() {}

    /**
     * Makes sure that a folder, or the folders that are to be made for it, can be written into.
     *
     * @param where the option or recipe key with its value, for the message
     * @throws InvalidInput when not
     */
    public static void folder(String where, Path folder) {
        probe(where, folder.toAbsolutePath().normalize());
    }

    /**
     * Makes sure that a file can be written, or a folder be put in place as a whole: both are made beside their place
     * first. A device that is there is written to as it is.
     *
     * @throws InvalidInput when not
     */
    public static void file(String where, Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        boolean device = Files.exists(absolute) && !Files.isDirectory(absolute) && !Files.isRegularFile(absolute);
        if (device) {
            if (!Files.isWritable(absolute)) {
                throw new InvalidInput(where, "may not be written: permission denied");
            }
            return;
        }
        Path parent = real(absolute).getParent();
        if (parent == null) {
            throw new InvalidInput(where, "is the root of the file system; name a place in it");
        }
        probe(where, parent);
    }

    private static void probe(String where, Path folder) {
        Path there = existing(folder);
        if (there == null || !Files.isDirectory(there)) {
            throw new InvalidInput(where, "cannot be made: " + there + " is a file, not a folder");
        }
        // gone with its closing; what a kill leaves of it is taken up by the next one, hence one name for all
        try (var probe = Files.newByteChannel(
                there.resolve(PROBE),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE,
                LinkOption.NOFOLLOW_LINKS)) {
            probe.position();
        } catch (IOException refused) {
            String reason = refused instanceof AccessDeniedException
                    ? "permission denied"
                    : refused.getMessage() == null ? "the file system refuses" : reason(refused.getMessage());
            throw new InvalidInput(where, "cannot be written: nothing can be made in " + there + ": " + reason);
        }
    }

    /** Java puts the name of the file in front of what the system said, if it said anything. */
    private static String reason(String message) {
        int colon = message.lastIndexOf(": ");
        return colon < 0 ? "the file system refuses" : message.substring(colon + 2);
    }

    private static @Nullable Path existing(Path folder) {
        Path there = folder;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        return there;
    }

    /** Where a link leads; the path itself where nothing is there yet. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException absent) {
            return path;
        }
    }
}
