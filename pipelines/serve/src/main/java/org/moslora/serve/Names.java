package org.moslora.serve;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.pictures.AdapterUse;
import org.moslora.problems.InvalidInput;

/** Names in requests, none of which is looked at as a file before it is known to be one of the service's. */
final class Names {
    private Names() {}

    /**
     * {@code NAME} or {@code NAME:SCALE}.
     *
     * @throws InvalidInput if no file can have this name
     */
    static ScaledAdapter adapter(String text) {
        AdapterUse use = AdapterUse.named("adapter", text);
        try {
            return new ScaledAdapter(Path.of(use.path()), use.scale());
        } catch (InvalidPathException impossible) {
            throw new InvalidInput("adapter", "no file can have this name: " + impossible.getReason());
        }
    }
}
