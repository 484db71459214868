package org.moslora.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.out.OutputLock;

/** A comparison's folder, which belongs to one recipe: the block may grow, what is trained may not change. */
record OutputFolder(Path path) {
    private static final String OWNER = "trained-by.yaml";

    /**
     * Takes the folder, or goes on in it.
     *
     * @throws InvalidInput if it holds anything else, or trials of another recipe
     */
    void claim(Path recipe, List<String> overrides) {
        String owner = owner(recipe, overrides);
        Path file = path.resolve(OWNER);
        try {
            if (Files.exists(file)) {
                if (!InputFile.text(file).equals(owner)) {
                    throw new InvalidInput(
                            "output",
                            path + " holds trials of another recipe or of other key=value; what differs shows in "
                                    + file + ". Name another folder");
                }
                return;
            }
            if (Files.exists(path) && !(Files.isDirectory(path) && isEmpty())) {
                throw new InvalidInput("output", path + " holds something else already; name another folder");
            }
            Files.createDirectories(path.resolve("trials"));
            DurableFiles.writeString(file, owner);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.allMatch(
                    entry -> OutputLock.isLock(entry.getFileName().toString()));
        }
    }

    /** The recipe without its block, comments and empty lines, and what was given beside it. */
    private static String owner(Path recipe, List<String> overrides) {
        StringBuilder text = new StringBuilder();
        try {
            boolean inBlock = false;
            for (String line : InputFile.lines(recipe)) {
                if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
                    boolean top = !Character.isWhitespace(line.charAt(0));
                    inBlock = top ? line.startsWith("compare:") : inBlock;
                    text.append(inBlock ? "" : line.stripTrailing() + "\n");
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        overrides.forEach(given -> text.append("# ").append(given).append('\n'));
        return text.toString();
    }
}
