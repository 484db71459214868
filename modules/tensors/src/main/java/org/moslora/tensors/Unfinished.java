package org.moslora.tensors;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this process has begun to write beside its place. If the process is told to end meanwhile, it goes, and nothing of
 * it gets its name any more.
 */
final class Unfinished {
    private static final int TRIES = 20;
    private static final int PAUSE_MILLIS = 25;
    private static final Set<Path> BEGUN = ConcurrentHashMap.newKeySet();
    private static boolean ending;

    static {
        hook();
    }

    private Unfinished() {}

    /** What gives a finished thing its name. */
    @FunctionalInterface
    interface Naming {
        void run() throws IOException;
    }

    private static void hook() {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(Unfinished::clear, "clear-unfinished"));
        } catch (IllegalStateException endingAlready) {
            ending = true;
        }
    }

    static void begin(Path partial) {
        BEGUN.add(partial);
    }

    static void dropped(Path partial) {
        BEGUN.remove(partial);
    }

    /** Gives a finished thing its name, unless the process is ending. */
    static synchronized void finish(Path partial, Naming naming) throws IOException {
        if (ending) {
            throw new InterruptedIOException("the program is ending");
        }
        naming.run();
        BEGUN.remove(partial);
    }

    private static synchronized void end() {
        ending = true;
    }

    /** Whoever still writes may put something there while it goes, so it is tried more than once. */
    private static void clear() {
        end();
        for (int i = 0; i < TRIES && BEGUN.stream().anyMatch(Unfinished::isThere); i++) {
            BEGUN.forEach(FolderTree::deleteQuietly);
            pause();
        }
    }

    private static boolean isThere(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
