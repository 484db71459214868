package org.moslora.samples.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.problems.InvalidInput;

/**
 * The adapters that requests may name: the entries of one folder, and nothing outside of it, whatever links lead there.
 *
 * @param folder where they lie
 */
record Adapters(Path folder) {
    private static final int MOST = 16;

    /**
     * Adapters by name; one that is named several times is there once, with the sum of its scales.
     *
     * @throws InvalidInput if there is none of a name, or there are too many
     */
    List<ScaledAdapter> named(List<ScaledAdapter> wanted) {
        Map<Path, Double> scales = new LinkedHashMap<>();
        wanted.forEach(adapter -> scales.merge(adapter.path().normalize(), adapter.weight(), Double::sum));
        if (scales.size() > MOST) {
            throw new InvalidInput(
                    "adapters", "may be " + MOST + " different ones at a time, and there are " + scales.size());
        }
        return scales.entrySet().stream()
                .map(entry -> new ScaledAdapter(found(entry.getKey()), entry.getValue()))
                .toList();
    }

    private Path found(Path name) {
        Path found = folder.resolve(name).normalize();
        if (name.isAbsolute() || !found.startsWith(folder.normalize()) || !inside(found)) {
            throw new InvalidInput("adapter " + name, "is none of this service's");
        }
        return found;
    }

    /** Whether something is there, and all of it is in the folder: a link that leads out of it is not followed. */
    private boolean inside(Path found) {
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
}
