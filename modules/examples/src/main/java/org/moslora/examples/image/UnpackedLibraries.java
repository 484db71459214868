package org.moslora.examples.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.moslora.layers.quantised.CacheFolder;
import org.moslora.tensors.FolderTree;
import org.moslora.tensors.Unpacked;

/** OpenCV's native libraries out of their archives: {@link Unpacked} in the cache, or for this process alone where there is none. */
final class UnpackedLibraries {
    private UnpackedLibraries() {}

    /**
     * The files of some resources, by their last names and in their order.
     *
     * @param folder of the cache
     * @param root what the resources' names begin with
     */
    static List<Path> of(String folder, String root, List<String> names) {
        try {
            return in(CacheFolder.path(), folder, root, names);
        } catch (UncheckedIOException unwritable) {
            return passing(folder, root, names); // a home that cannot be written to
        }
    }

    /** As {@link #of}, in a cache. */
    static List<Path> in(Path cache, String folder, String root, List<String> names) {
        Path place = cache.toAbsolutePath().resolve(folder);
        Map<String, Unpacked.Source> files = new HashMap<>();
        for (String name : names) {
            files.put(
                    last(name),
                    () -> Objects.requireNonNull(UnpackedLibraries.class.getResourceAsStream(root + name), name));
        }
        Unpacked.into(place, files, System.err::println);
        return names.stream().map(name -> place.resolve(last(name))).toList();
    }

    private static String last(String name) {
        return String.valueOf(Path.of(name).getFileName());
    }

    private static List<Path> passing(String folder, String root, List<String> names) {
        try {
            Path own = Files.createTempDirectory(folder);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> FolderTree.deleteQuietly(own)));
            return in(own, folder, root, names);
        } catch (IOException full) {
            throw new UncheckedIOException(folder + " cannot be unpacked: " + full.getMessage(), full);
        }
    }
}
