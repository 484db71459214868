package org.moslora.samples.serve;

import java.nio.file.Files;
import java.nio.file.Path;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.problems.InvalidInput;

/**
 * The adapters that requests may name: the entries of one folder, and nothing outside of it.
 *
 * @param folder where they lie
 */
record Adapters(Path folder) {
    /** @throws InvalidInput if there is none of this name */
    ScaledAdapter named(Path name, double scale) {
        Path found = folder.resolve(name).normalize();
        if (name.isAbsolute() || !found.startsWith(folder.normalize()) || !Files.exists(found)) {
            throw new InvalidInput("adapter " + name, "is none of this service's");
        }
        return new ScaledAdapter(found, scale);
    }
}
