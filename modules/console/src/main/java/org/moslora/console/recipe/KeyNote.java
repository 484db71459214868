package org.moslora.console.recipe;

/**
 * What a reference says about one recipe key.
 *
 * @param path the dotted key
 * @param kind what it takes: {@code whole number}, {@code one of lora, moslora}, {@code list of path}, …
 * @param absent what happens without it: {@code required}, {@code optional}, or the default as YAML
 * @param meaning what {@link Meaning} says, or nothing
 */
public record KeyNote(String path, String kind, String absent, String meaning) {
    @Override
    public String toString() {
        return path + ": " + kind + " (" + absent + ")" + (meaning.isEmpty() ? "" : ", " + meaning);
    }
}
