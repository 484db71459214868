package org.moslora.serve;

import java.nio.file.Path;

/** A model that requests may name. Used by one thread, but for {@link #fits}. */
sealed interface ServedModel extends AutoCloseable permits ServedLanguageModel, ServedImageGenerator {
    /** What requests call it. */
    String name();

    /** Whether an adapter is one for this model. */
    boolean fits(Path adapter);

    @Override
    void close();
}
