package org.moslora.examples.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.moslora.layers.quantised.CacheFolder;
import org.moslora.tensors.FolderTree;

/**
 * Native libraries out of their archives, in a folder that is there as a whole or not at all: filled beside its place while a
 * lock is held that ends with the process, and then renamed. Whatever a killed process left is replaced by the next one, and
 * files that were cut off since, which the list of sizes shows, are unpacked anew.
 */
final class UnpackedLibraries {
    private static final String SIZES = "sizes";

    private final Path folder;
    private final String root;
    private final List<String> names;

    private UnpackedLibraries(Path folder, String root, List<String> names) {
        this.folder = folder;
        this.root = root;
        this.names = names;
    }

    /**
     * The files of some resources, by their last names.
     *
     * @param folder of the cache
     * @param root what the resources' names begin with
     */
    static List<Path> of(String folder, String root, List<String> names) {
        try {
            return in(CacheFolder.path(), folder, root, names);
        } catch (IOException | UncheckedIOException unwritable) {
            return passing(folder, root, names); // a home that cannot be written to
        }
    }

    static List<Path> in(Path cache, String folder, String root, List<String> names) throws IOException {
        UnpackedLibraries libraries =
                new UnpackedLibraries(cache.toAbsolutePath().resolve(folder), root, names);
        if (!libraries.whole()) {
            libraries.make();
        }
        return libraries.files();
    }

    /** The same for this process alone. */
    private static List<Path> passing(String folder, String root, List<String> names) {
        try {
            Path own = Files.createTempDirectory(folder);
            List<Path> files = in(own, folder, root, names);
            own.toFile().deleteOnExit();
            own.resolve(folder + ".lock").toFile().deleteOnExit();
            own.resolve(folder).toFile().deleteOnExit();
            own.resolve(folder).resolve(SIZES).toFile().deleteOnExit();
            files.forEach(file -> file.toFile().deleteOnExit());
            return files;
        } catch (IOException full) {
            throw new UncheckedIOException(folder + " cannot be unpacked: " + full.getMessage(), full);
        }
    }

    private List<Path> files() {
        return names.stream().map(this::file).toList();
    }

    private Path file(String name) {
        return folder.resolve(String.valueOf(Path.of(name).getFileName()));
    }

    /** Whether every file is there in the size that it had. */
    private boolean whole() throws IOException {
        Path list = folder.resolve(SIZES);
        return Files.isRegularFile(list) && Files.readAllLines(list).equals(sizes(files()));
    }

    private static List<String> sizes(List<Path> files) throws IOException {
        List<String> sizes = new ArrayList<>();
        for (Path file : files) {
            sizes.add(file.getFileName() + " " + (Files.exists(file) ? Files.size(file) : -1));
        }
        return sizes;
    }

    private void make() throws IOException {
        Files.createDirectories(Objects.requireNonNull(folder.getParent()));
        try (FileChannel channel = FileChannel.open(
                        folder.resolveSibling(folder.getFileName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (held.isValid() && !whole()) {
                Path partial = folder.resolveSibling(folder.getFileName() + ".partial");
                FolderTree.delete(partial);
                fill(Files.createDirectories(partial));
                FolderTree.delete(folder);
                Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private void fill(Path partial) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            Path file = partial.resolve(file(name).getFileName());
            try (InputStream packed = Objects.requireNonNull(getClass().getResourceAsStream(root + name), name);
                    FileChannel channel =
                            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                packed.transferTo(Channels.newOutputStream(channel));
                channel.force(true);
            }
            files.add(file);
        }
        Files.write(partial.resolve(SIZES), sizes(files));
    }
}
