package org.moslora.console.recipe;

/**
 * Where the value of a setting comes from.
 *
 * @param source which of the places that can set a value
 * @param where that place as the user knows it: {@code recipe.yaml:14}, {@code command line}, …
 */
public record ValueSource(Source source, String where) {
    /** From a {@code key=value} argument. */
    static final ValueSource COMMAND_LINE = new ValueSource(Source.COMMAND_LINE, "command line");

    /** From a program that makes the recipe in Java. */
    static final ValueSource JAVA = new ValueSource(Source.RECIPE, "recipe");

    /** From the program, because nobody set it. */
    static final ValueSource DEFAULT = new ValueSource(Source.DEFAULT, "default");

    /** Worked out from other settings by the recipe's record. */
    static final ValueSource DERIVED = new ValueSource(Source.DERIVED, "derived");

    /** The places that can set a value. */
    public enum Source {
        /** The recipe file. */
        RECIPE,
        /** A {@code key=value} argument. */
        COMMAND_LINE,
        /** The {@link Default} of the key. */
        DEFAULT,
        /** The record's constructor. */
        DERIVED
    }

    static ValueSource file(String file) {
        return new ValueSource(Source.RECIPE, file);
    }

    static ValueSource line(String file, int line) {
        return new ValueSource(Source.RECIPE, file + ":" + line);
    }

    boolean isTheUsers() {
        return source == Source.RECIPE || source == Source.COMMAND_LINE;
    }

    @Override
    public String toString() {
        return where;
    }
}
