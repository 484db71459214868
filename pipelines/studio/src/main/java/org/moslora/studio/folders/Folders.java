package org.moslora.studio.folders;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folders that the user named; all that pages show and trainings read lies in one of them.
 *
 * @param runs of runs, the first for new ones; at least one
 * @param models of models and adapters
 * @param data of conversations, pictures and recipes
 */
public record Folders(List<Path> runs, List<Path> models, List<Path> data) {
    public Folders {
        runs = absolute(runs);
        models = absolute(models);
        data = absolute(data);
    }

    private static List<Path> absolute(List<Path> paths) {
        return paths.stream().map(path -> path.toAbsolutePath().normalize()).toList();
    }

    /** Where new runs go. */
    public Path newRuns() {
        return runs.get(0);
    }

    /** What relative paths of recipes are by: the first folder of data, or that of the runs without one. */
    public Path recipes() {
        return data.isEmpty() ? newRuns() : data.get(0);
    }

    /** Every one of them. */
    public List<Path> all() {
        List<Path> all = new ArrayList<>(runs);
        all.addAll(models);
        all.addAll(data);
        return all;
    }

    /** A path that a page names, if it is there, absolute, and in one of the folders, links followed. */
    public Optional<Path> named(String text) {
        try {
            Path path = Path.of(text).normalize();
            return path.isAbsolute() && isWithin(path, all()) ? Optional.of(path) : Optional.empty();
        } catch (InvalidPathException none) {
            return Optional.empty();
        }
    }

    /** A path below a folder, if it is there and stays in it, links followed. */
    public static Optional<Path> below(Path folder, List<String> steps) {
        try {
            Path path = folder;
            for (String step : steps) {
                if (step.isEmpty() || step.equals(".") || step.equals("..") || step.contains("/")) {
                    return Optional.empty();
                }
                path = path.resolve(step);
            }
            return isWithin(path, List.of(folder)) ? Optional.of(path) : Optional.empty();
        } catch (InvalidPathException none) {
            return Optional.empty();
        }
    }

    /** Whether something that is there lies in one of some folders, component by component. */
    public static boolean isWithin(Path path, List<Path> folders) {
        Path real = real(path);
        return real != null
                && folders.stream().anyMatch(folder -> {
                    Path root = real(folder);
                    return root != null && real.startsWith(root);
                });
    }

    /** Whether a path lies in one of the folders, or would when it is made. */
    public boolean wouldHold(Path path) {
        Path there = path.toAbsolutePath().normalize();
        while (there != null && real(there) == null) {
            there = there.getParent();
        }
        return there != null && isWithin(there, all());
    }

    private static @Nullable Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException absent) {
            return null;
        }
    }
}
