package org.moslora.tensors;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Lets one process at a time make something that several want of a cache, by a lock that ends with its holder. */
public final class CacheTurn {
    private CacheTurn() {}

    /** Makes something; whoever had to wait looks first whether it is still to be made. */
    @FunctionalInterface
    public interface Making {
        /** Makes it. */
        void run() throws IOException;
    }

    /**
     * Waits for the turn and takes it, making parent folders.
     *
     * @param made what is made
     * @return the lock beside it, {@code NAME.lock}, which may be deleted afterwards
     */
    public static Path taken(Path made, Making making) throws IOException {
        Files.createDirectories(made.toAbsolutePath().getParent());
        Path lock = made.resolveSibling(made.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock own = channel.lock()) {
            if (own.isValid()) {
                making.run();
            }
        }
        return lock;
    }
}
