package org.moslora.console.recipe;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes a recipe's record in Java: keys as in a file, by their dotted path, values as Java has them. What is not set has
 * its default, and everything that is wrong is told at once, as for a file.
 */
public final class RecipeBuilder<R extends Record> {
    private final Class<R> type;
    private final Spellings spellings;
    private final List<String> settings = new ArrayList<>();

    /** @param spellings how its own types are spelt */
    public RecipeBuilder(Class<R> type, Spellings spellings) {
        this.type = type;
        this.spellings = spellings;
    }

    /**
     * Sets a key, perhaps anew.
     *
     * @param key dotted, such as {@code adapter.rank}
     * @param value a number, a text, a path, an enum constant, a record of the key's block, or a list or map of them
     */
    public RecipeBuilder<R> set(String key, Object value) {
        settings.add(key + "=" + new ResolvedYaml(spellings).inline(value));
        return this;
    }

    /**
     * The record.
     *
     * @throws org.moslora.problems.InvalidInput naming every key that is unknown, missing or wrong
     */
    public R build() {
        return Recipes.made(type, settings, spellings);
    }
}
