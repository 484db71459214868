package org.moslora.console.recipe;

import java.util.List;

/**
 * A recipe that was read.
 *
 * @param recipe the values
 * @param settings every leaf that has a value, in the order of the components
 * @param yaml the recipe with every key written out and absolute paths; reading it gives an equal {@code recipe}
 */
public record Bound<R extends Record>(R recipe, List<Setting> settings, String yaml) {
    public Bound {
        settings = List.copyOf(settings);
    }

    /**
     * Where the value at a dotted path comes from; {@link ValueSource.Source#DERIVED} for what neither the user nor a default
     * set.
     */
    public ValueSource origin(String path) {
        return settings.stream()
                .filter(setting -> setting.path().equals(path))
                .map(Setting::origin)
                .findFirst()
                .orElse(ValueSource.DERIVED);
    }
}
