package org.moslora.console.recipe;

import java.util.HashMap;
import java.util.Map;

/** Where the value of each path came from. */
final class ValueSources {
    private final Map<String, ValueSource> known = new HashMap<>();

    void put(String path, ValueSource origin) {
        known.put(path, origin);
    }

    /**
     * Where a value came from. What stands for a list of one has no index in the recipe, but one in the record's list.
     */
    ValueSource of(String path) {
        ValueSource origin = known.get(path);
        return origin != null ? origin : known.getOrDefault(path.replace("[0]", ""), ValueSource.DERIVED);
    }

    /** The place where the user can mend a path: its own, or that of the nearest block around it that was written. */
    String whereToMend(String path) {
        ValueSource origin = known.get(path);
        if (origin != null && origin.isTheUsers()) {
            return origin.where();
        } else if (path.isEmpty()) {
            return "";
        }
        return whereToMend(DottedPath.outer(path));
    }
}
