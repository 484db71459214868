package org.moslora.console.recipe;

import java.nio.file.Path;

/**
 * The text of a recipe, from a file or as somebody types it.
 *
 * @param name what messages call it: a file, or a word
 * @param text in YAML
 * @param folder what paths in it are by
 */
public record RecipeText(String name, String text, Path folder) {
    /**
     * Reads a file.
     *
     * @throws org.moslora.problems.InvalidInput if it is no recipe, or not there
     */
    public static RecipeText read(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return new RecipeText(file.toString(), RecipeFile.text(file), folder == null ? Path.of("") : folder);
    }
}
