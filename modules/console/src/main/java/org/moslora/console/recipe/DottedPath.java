package org.moslora.console.recipe;

import java.util.Locale;

/** Dotted paths of recipe keys; the recipe itself is the empty path. */
final class DottedPath {
    private DottedPath() {}

    static String path(String outer, String key) {
        return outer.isEmpty() ? key : outer + "." + key;
    }

    /** The path one step up; the elements of a list are steps too. */
    static String outer(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }

    /** {@code learningRate} as the recipe has it. */
    static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
