package org.moslora.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.moslora.tensors.Digests;
import org.moslora.tensors.FolderTree;

/** Folders with all that is in them. */
public final class Trees {
    private Trees() {}

    /** All regular files, in the order of their names. */
    public static List<Path> files(Path tree) {
        try (Stream<Path> paths = Files.walk(tree)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The SHA-256 of every regular file by its name within the tree. */
    public static SortedMap<String, String> digests(Path tree) {
        SortedMap<String, String> digests = new TreeMap<>();
        files(tree).forEach(file -> digests.put(tree.relativize(file).toString(), Digests.sha256(file)));
        return digests;
    }

    /**
     * Copies a file or a folder to where nothing is yet.
     *
     * @return the copy
     */
    public static Path copy(Path from, Path to) {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
            return to;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Deletes a file or a folder, if it is there. */
    public static void delete(Path tree) {
        try {
            FolderTree.delete(tree);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
