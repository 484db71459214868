package org.moslora.dreambooth;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A model that is loaded when it is first asked for and, once it is let go, never again. */
final class Lent<T> implements AutoCloseable {
    private final String gone;
    private final Supplier<T> loading;
    private final Consumer<T> closing;
    private @Nullable T present;
    private boolean closed;

    /** @param gone what whoever asks too late is told */
    Lent(String gone, Supplier<T> loading, Consumer<T> closing) {
        this.gone = gone;
        this.loading = loading;
        this.closing = closing;
    }

    /** @throws IllegalStateException if it was let go */
    T get() {
        if (closed) {
            throw new IllegalStateException(gone);
        }
        T loaded = present == null ? loading.get() : present;
        present = loaded;
        return loaded;
    }

    /** Lets it go, loaded or not; may be called again. */
    @Override
    public void close() {
        T last = present;
        present = null;
        closed = true;
        if (last != null) {
            closing.accept(last);
        }
    }
}
