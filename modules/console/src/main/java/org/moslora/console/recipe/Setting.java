package org.moslora.console.recipe;

/**
 * One resolved leaf of a recipe.
 *
 * @param path the dotted key, {@code adapter.rank}
 * @param value the value as YAML on one line
 * @param origin where the value comes from
 */
public record Setting(String path, String value, ValueSource origin) {
    /** {@code adapter.rank=16 (recipe.yaml:5)}. */
    @Override
    public String toString() {
        return path + "=" + value + " (" + origin + ")";
    }
}
