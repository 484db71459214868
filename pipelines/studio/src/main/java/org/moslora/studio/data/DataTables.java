package org.moslora.studio.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.folders.Folders;

/** Tables of data, read in the background and kept as long as their files stay as they are. */
public final class DataTables {
    private static final int MOST = 6;
    private static final long PATIENCE_MILLIS = 1500;

    private final Folders folders;
    private final Map<Key, CompletableFuture<DataTable>> tables = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompletableFuture<DataTable>> eldest) {
            return size() > MOST;
        }
    };
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "data");
        thread.setDaemon(true);
        return thread;
    });

    /** Tables of what lies in some folders. */
    public DataTables(Folders folders) {
        this.folders = folders;
    }

    private record Key(Path place, @Nullable Path images, int resolution, long changed) {}

    /**
     * A file's or folder's rows; null where they are still being read.
     *
     * @param images the folder of a file's pictures; null for the one that has them
     * @param resolution that pictures of a folder are framed to
     * @throws InvalidInput when it cannot be read as data
     */
    public @Nullable DataTable of(Path place, @Nullable Path images, int resolution) {
        CompletableFuture<DataTable> table;
        synchronized (tables) {
            Key key = new Key(place, images, resolution, changed(place));
            table = tables.computeIfAbsent(
                    key, any -> CompletableFuture.supplyAsync(() -> read(place, images, resolution), worker));
        }
        try {
            return table.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillReading) {
            return null;
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | CompletionException failed) {
            if (failed.getCause() instanceof InvalidInput wrong) {
                throw wrong;
            }
            throw new InvalidInput(place.toString(), "cannot be read: " + failed.getCause());
        }
    }

    private DataTable read(Path place, @Nullable Path images, int resolution) {
        return Files.isDirectory(place)
                ? PictureTable.read(place, resolution)
                : ConversationTable.read(folders, place, images);
    }

    private static long changed(Path place) {
        try {
            return Files.getLastModifiedTime(place).toMillis();
        } catch (IOException gone) {
            return 0;
        }
    }

    /** Has everything read anew. */
    public void forget() {
        synchronized (tables) {
            tables.clear();
        }
    }
}
