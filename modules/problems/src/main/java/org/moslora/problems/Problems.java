package org.moslora.problems;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects problems while reading goes on, so that the user is told all of them at once. Not thread-safe. */
public final class Problems {
    private final List<Problem> found = new ArrayList<>();

    /** Adds one problem; {@code what} is a {@link String#format} pattern when {@code values} are given. */
    public void add(String where, String what, Object... values) {
        found.add(new Problem(where, values.length == 0 ? what : String.format(Locale.ROOT, what, values)));
    }

    /** Adds one problem. */
    public void add(Problem problem) {
        found.add(problem);
    }

    /** Adds what another reader found. */
    public void addAll(InvalidInput other) {
        found.addAll(other.problems());
    }

    /**
     * Runs a reader and keeps its problems instead of letting them end the reading.
     *
     * @return what it has read, or null if it had problems
     */
    public <T> @Nullable T collect(Supplier<? extends T> reader) {
        try {
            return reader.get();
        } catch (InvalidInput invalid) {
            addAll(invalid);
            return null;
        }
    }

    /** The same, giving {@code otherwise} in place of null. */
    public <T> T collect(Supplier<? extends T> reader, T otherwise) {
        T read = collect(reader);
        return read == null ? otherwise : read;
    }

    /** Runs a check and keeps its problems. */
    public void collect(Runnable check) {
        collect(() -> {
            check.run();
            return Boolean.TRUE;
        });
    }

    /** Whether nothing was found so far. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** What was found so far, in order. */
    public List<Problem> found() {
        return List.copyOf(found);
    }

    /** @throws InvalidInput with everything found, if anything was */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw thrown();
        }
    }

    /** Everything found, of which there is something, to be thrown where nothing can go on. */
    public InvalidInput thrown() {
        return new InvalidInput(found);
    }
}
