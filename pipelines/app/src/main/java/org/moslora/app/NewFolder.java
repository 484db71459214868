package org.moslora.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Writable;

/** Keeps a verb from writing over what is there. */
final class NewFolder {
    private NewFolder() {}

    static void mustBeNew(Path out, boolean overwrite) {
        Writable.file("--out", out);
        if (overwrite || !Files.exists(out)) {
            return;
        }
        if (!Files.isDirectory(out)) {
            throw new InvalidInput("--out " + out, "is a file; name another place or give --overwrite");
        }
        try (Stream<Path> entries = Files.list(out)) {
            if (entries.findAny().isPresent()) {
                throw new InvalidInput("--out " + out, "holds files already; name another folder or give --overwrite");
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
