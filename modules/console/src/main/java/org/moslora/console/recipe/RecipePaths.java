package org.moslora.console.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.console.hub.HubCache;
import org.moslora.problems.NearestName;

/**
 * Paths in a recipe.
 *
 * @param recipeFolder what paths in the recipe are relative to
 * @param workingFolder what paths on the command line are relative to
 */
record RecipePaths(Path recipeFolder, Path workingFolder) {
    /** Enough to find a slip in a name without reading a folder of a million pictures. */
    private static final int MOST_NEIGHBOURS = 1000;

    Path read(YamlValue.Scalar scalar, MustExist.@Nullable Thing mustExist) {
        if (scalar.text().isBlank()) {
            throw new IllegalArgumentException("must name a file or folder, got \"" + scalar.text() + '"');
        }
        Path base = scalar.origin().source() == ValueSource.Source.COMMAND_LINE ? workingFolder : recipeFolder;
        Path path = resolve(base, scalar.text()).toAbsolutePath().normalize();
        if (mustExist == null || isThere(path, mustExist.onDisk())) {
            return path;
        }
        if (mustExist.isModel() && !Files.exists(path) && HubCache.isName(scalar.text())) {
            return ofHub(scalar.text());
        }
        throw new IllegalArgumentException(absent(path, mustExist.onDisk()));
    }

    private static Path ofHub(String name) {
        HubCache cache = HubCache.here();
        return cache.find(name)
                .map(path -> path.toAbsolutePath().normalize())
                .orElseThrow(() -> new IllegalArgumentException("names " + name + ", which " + cache.absent(name)));
    }

    private static Path resolve(Path base, String text) {
        try {
            return base.resolve(text);
        } catch (InvalidPathException wrong) {
            throw new IllegalArgumentException("is no path: " + wrong.getReason(), wrong);
        }
    }

    private static boolean isThere(Path path, MustExist.Thing thing) {
        boolean exists = Files.exists(path);
        return exists && (thing == MustExist.Thing.ANY || (thing == MustExist.Thing.FOLDER) == Files.isDirectory(path));
    }

    private static String absent(Path path, MustExist.Thing thing) {
        if (Files.exists(path)) {
            return "must be a " + thing.name().toLowerCase(Locale.ROOT) + ", got " + path;
        }
        String what =
                thing == MustExist.Thing.ANY ? "file or folder" : thing.name().toLowerCase(Locale.ROOT);
        String nearest = NearestName.to(String.valueOf(path.getFileName()), neighbours(path))
                .map(name -> " (did you mean " + name + "?)")
                .orElse("");
        return "names a " + what + " that is not there: " + path + nearest;
    }

    private static List<String> neighbours(Path path) {
        Path folder = path.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.limit(MOST_NEIGHBOURS)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
