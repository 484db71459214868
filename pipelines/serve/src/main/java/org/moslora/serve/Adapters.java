package org.moslora.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.FolderEntries;

/**
 * The adapters that requests may name: the entries of one folder, and nothing outside of it, whatever links lead there.
 *
 * @param folder where they lie; null where there are none
 */
record Adapters(@Nullable Path folder) {
    private static final int MOST = 16;

    /**
     * What a request takes.
     *
     * @param adapters each once
     * @param changed when the youngest of their files was written: what is on a model is out of date after
     */
    record Chosen(List<ScaledAdapter> adapters, long changed) {
        /** The base alone. */
        static final Chosen NONE = new Chosen(List.of(), 0);
    }

    /** Names of those that are there now. */
    List<String> names() {
        Path all = folder;
        if (all == null) {
            return List.of();
        }
        return FolderEntries.readable(all).stream()
                .filter(entry -> inside(all, entry))
                .filter(entry -> GraphAdapters.isOne(entry) || AdapterFile.isOne(AdapterFile.place(entry)))
                .map(entry -> String.valueOf(entry.getFileName()))
                .toList();
    }

    /**
     * Adapters by name; one that is named several times is there once, with the sum of its scales.
     *
     * @throws InvalidInput if there is none of a name, or there are too many
     */
    Chosen named(List<ScaledAdapter> wanted) {
        Map<Path, Double> scales = new LinkedHashMap<>();
        wanted.forEach(adapter -> scales.merge(adapter.path().normalize(), adapter.weight(), Double::sum));
        if (scales.size() > MOST) {
            throw new InvalidInput(
                    "adapters", "may be " + MOST + " different ones at a time, and there are " + scales.size());
        }
        List<ScaledAdapter> found = scales.entrySet().stream()
                .map(entry -> new ScaledAdapter(found(entry.getKey()), entry.getValue()))
                .toList();
        return new Chosen(
                found,
                found.stream().mapToLong(each -> changed(each.path())).max().orElse(0));
    }

    private Path found(Path name) {
        Path all = folder;
        if (all != null && !name.isAbsolute()) {
            Path found = all.resolve(name).normalize();
            if (!found.equals(all.normalize()) && found.startsWith(all.normalize()) && inside(all, found)) {
                return found;
            }
        }
        throw new InvalidInput("adapter " + name, "is none of this service's");
    }

    /** Whether something is there, and all of it is in the folder: a link that leads out of it is not followed. */
    private static boolean inside(Path folder, Path found) {
        try {
            Path real = folder.toRealPath();
            if (!Files.exists(found) || !found.toRealPath().startsWith(real)) {
                return false;
            }
            try (Stream<Path> files = Files.walk(found)) {
                return files.filter(Files::isSymbolicLink).allMatch(link -> leadsInto(real, link));
            }
        } catch (IOException | UncheckedIOException unreadable) {
            return false;
        }
    }

    private static boolean leadsInto(Path real, Path link) {
        try {
            return link.toRealPath().startsWith(real);
        } catch (IOException broken) {
            return false;
        }
    }

    private static long changed(Path adapter) {
        try (Stream<Path> files = Files.list(AdapterFile.place(adapter))) {
            return files.mapToLong(Adapters::written).max().orElse(0);
        } catch (IOException oneFile) {
            return written(adapter);
        }
    }

    private static long written(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException gone) {
            return 0;
        }
    }
}
