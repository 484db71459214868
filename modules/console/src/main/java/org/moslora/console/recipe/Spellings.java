package org.moslora.console.recipe;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How types that are neither records, enums nor plain values are written in a recipe, as one word or line of text.
 * Immutable.
 */
public final class Spellings {
    private static final Spellings NONE = new Spellings(Map.of());

    private final Map<Class<?>, Spelling<?>> known;

    private record Spelling<T>(Class<T> type, Function<String, T> read, Function<T, String> write, List<String> words) {
        String text(Object value) {
            return write.apply(type.cast(value));
        }
    }

    private Spellings(Map<Class<?>, Spelling<?>> known) {
        this.known = known;
    }

    /** No type beside the built-in ones. */
    public static Spellings none() {
        return NONE;
    }

    /**
     * These and one more type.
     *
     * @param type the type of the component
     * @param read what makes the value; an {@code IllegalArgumentException} of it completes a sentence that begins with
     *     the key: {@code must be …, got …}
     * @param write the text that {@code read} takes back to an equal value
     */
    public <T> Spellings with(Class<T> type, Function<String, T> read, Function<T, String> write) {
        T[] constants = type.getEnumConstants();
        return with(
                type,
                read,
                write,
                constants == null
                        ? List.of()
                        : Arrays.stream(constants).map(write).toList());
    }

    /**
     * The same for a type of which there are only some values.
     *
     * @param words the texts of all of them
     */
    public <T> Spellings with(Class<T> type, Function<String, T> read, Function<T, String> write, List<String> words) {
        Map<Class<?>, Spelling<?>> more = new LinkedHashMap<>(known);
        more.put(type, new Spelling<>(type, read, write, List.copyOf(words)));
        return new Spellings(more);
    }

    /** The texts of all values of a type; empty where any text may be one. */
    List<String> words(Class<?> type) {
        return spelling(type).words();
    }

    boolean know(Class<?> type) {
        return known.keySet().stream().anyMatch(each -> each.isAssignableFrom(type));
    }

    Object read(Class<?> type, String text) {
        return spelling(type).read().apply(text);
    }

    String write(Object value) {
        return spelling(value.getClass()).text(value);
    }

    private Spelling<?> spelling(Class<?> type) {
        return known.values().stream()
                .filter(each -> each.type().isAssignableFrom(type))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a recipe cannot hold " + type));
    }
}
