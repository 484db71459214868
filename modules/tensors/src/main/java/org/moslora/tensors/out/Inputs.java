package org.moslora.tensors.out;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.moslora.problems.InvalidInput;

/** What a command reads, none of which it may write to. */
final class Inputs {
    private static final int DEPTH = 4;

    private Inputs() {}

    /**
     * Makes sure that neither lies in the other, by whatever links and dots either is named.
     *
     * @param where names the output in messages
     * @param folders inputs, files or folders; those that are not there are passed over
     */
    static void mustBeApart(String where, Path out, List<Path> folders) {
        Path real = real(out);
        for (Path input : folders) {
            if (Files.exists(input)) {
                Path read = real(input);
                if (real.equals(read)) {
                    throw new InvalidInput(where, "is " + input + ", which is read; name another place");
                }
                if (read.startsWith(real)) {
                    throw new InvalidInput(where, "holds " + input + ", which is read; name another place");
                }
                if (real.startsWith(read)) {
                    throw new InvalidInput(where, "lies in " + input + ", which is read; name another place");
                }
                linksMustLeadElsewhere(where, real, input);
            }
        }
    }

    /** Whether a place is in a folder, or is the folder itself. */
    static boolean liesIn(Path out, Path folder) {
        return Files.exists(folder) && real(out).startsWith(real(folder));
    }

    /** A model's folder may consist of links, as the cache of Hugging Face does. */
    private static void linksMustLeadElsewhere(String where, Path real, Path input) {
        try (Stream<Path> inside = Files.walk(input, DEPTH)) {
            inside.filter(path -> Files.isSymbolicLink(path) && Files.exists(path))
                    .filter(path -> real(path).startsWith(real))
                    .findFirst()
                    .ifPresent(path -> {
                        throw new InvalidInput(
                                where, "holds what " + path + " points to, which is read; name another place");
                    });
        } catch (IOException unreadable) {
            throw new InvalidInput(input.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    /** The path without links and dots, whether or not it is there. */
    static Path real(Path given) {
        Path rest = Path.of("");
        for (Path path = given.toAbsolutePath(); path != null; path = path.getParent()) {
            try {
                return path.toRealPath().resolve(rest).normalize();
            } catch (IOException absent) {
                if (Files.isSymbolicLink(path)) {
                    return dangling(path).resolve(rest).normalize();
                }
                rest = path.getFileName() == null ? rest : path.getFileName().resolve(rest);
            }
        }
        return given.toAbsolutePath().normalize();
    }

    private static Path dangling(Path link) {
        try {
            return link.resolveSibling(Files.readSymbolicLink(link)).normalize();
        } catch (IOException unreadable) {
            return link;
        }
    }
}
