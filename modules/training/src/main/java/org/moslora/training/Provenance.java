package org.moslora.training;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.moslora.layers.Engine;
import org.moslora.tensors.DurableFiles;

/**
 * {@code provenance.json}: what a run was made of. Versions, seed and file sizes are there before the first step; the
 * digests of gigabytes are taken meanwhile and are complete by the run's end.
 */
public final class Provenance implements AutoCloseable {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private final Path file;
    private final JsonObject json = new JsonObject();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "digests");
        thread.setDaemon(true);
        return thread;
    });
    private final CompletableFuture<JsonArray> digests;

    /** Writes what is known at once and starts on the rest. */
    public Provenance(Path file, long seed, List<Path> inputs) {
        this.file = file;
        json.addProperty("program", "moslora " + version());
        json.addProperty("java", System.getProperty("java.version"));
        json.addProperty("engine", "libtorch " + Engine.version());
        json.addProperty("seed", seed);
        json.addProperty("threads", Engine.threads());
        json.add("files", describe(inputs, false));
        write();
        this.digests = CompletableFuture.supplyAsync(() -> describe(inputs, true), worker);
    }

    private static String version() {
        String version = Provenance.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static JsonArray describe(List<Path> inputs, boolean whole) {
        JsonArray files = new JsonArray();
        for (Path input : inputs) {
            JsonObject entry = new JsonObject();
            entry.addProperty("path", input.toString());
            try {
                entry.addProperty("bytes", Files.size(input));
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
            if (whole) {
                entry.addProperty("sha256", FileDigest.sha256(input));
            }
            files.add(entry);
        }
        return files;
    }

    private void write() {
        DurableFiles.writeString(file, GSON.toJson(json) + "\n");
    }

    /** Waits for the digests and writes them: call it when the run has ended well. */
    public void complete() {
        json.add("files", digests.join());
        write();
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
