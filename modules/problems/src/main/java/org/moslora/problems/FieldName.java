package org.moslora.problems;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What messages call a setting. Libraries name fields, and a program with a spelling of its own for them, such as the flags
 * of a command line, says it here, once for the process; so the same error reads {@code give overwrite} to who calls
 * from Java, and {@code give --overwrite} to who typed a command.
 */
public final class FieldName {
    private static volatile UnaryOperator<String> spelling = UnaryOperator.identity();

    private FieldName() {}

    /** A field's name, as whoever uses this program knows it. */
    public static String of(String field) {
        return spelling.apply(field);
    }

    /** As {@link #of}, with the value that it has. */
    public static String of(String field, Object value) {
        return of(field) + " " + value;
    }

    /** Runs a program whose users know fields by another spelling. */
    public static <T> T spelled(UnaryOperator<String> other, Supplier<T> program) {
        UnaryOperator<String> before = spelling;
        spelling = other;
        try {
            return program.get();
        } finally {
            spelling = before;
        }
    }
}
