package org.moslora.console.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/**
 * Reads recipes onto records.
 *
 * <p>The keys are the components' names in snake case (or their {@link Key}). A component may be a {@code String}, a
 * number, a {@code boolean}, an enum, a {@code Path}, a record, a {@code List} or {@code Map<String, …>} of these, or a
 * type with a {@link Spellings spelling}. It is required unless it has a {@link Default} or is {@code @Nullable}; null in
 * the recipe counts as absent. Compact constructors guard the values: they throw an {@link InvalidInput} whose
 * {@code where} is a component's name and whose {@code what} continues it ({@code "rank", "must be at least 1, got 0"}).
 */
public final class Recipes {
    private Recipes() {}

    /**
     * Reads a recipe without types of its own.
     *
     * @see #read(Class, Path, List, Path, Spellings)
     */
    public static <R extends Record> Bound<R> read(
            Class<R> type, Path file, List<String> overrides, Path workingFolder) {
        return read(type, file, overrides, workingFolder, Spellings.none());
    }

    /**
     * Reads a recipe.
     *
     * @param type the record that declares the keys
     * @param file the recipe; paths in it are by its folder
     * @param overrides {@code key=value} arguments by dotted path, the value as YAML
     * @param workingFolder what paths in the overrides are by
     * @param spellings how the other types among the components are written
     * @throws InvalidInput with everything that is wrong
     */
    public static <R extends Record> Bound<R> read(
            Class<R> type, Path file, List<String> overrides, Path workingFolder, Spellings spellings) {
        Problems problems = new Problems();
        Value.Mapping values = values(file, overrides, problems);
        Path folder = file.toAbsolutePath().getParent();
        Places places = new Places(folder == null ? workingFolder : folder, workingFolder);
        Origins origins = new Origins();
        Object recipe = new Binder(Shape.of(type), places, spellings, origins, problems)
                .bind(new Binder.Wanted("", type, null), values);
        problems.throwIfAny();
        if (recipe == null) {
            throw new IllegalStateException("no recipe and no problem");
        }
        R record = type.cast(recipe);
        ResolvedYaml yaml = new ResolvedYaml(spellings);
        return new Bound<>(record, Leaves.of(record, yaml, origins), yaml.block(record));
    }

    /**
     * The value of one key at the top of a recipe, read before the record type is known.
     *
     * @return the value, or nothing when the key is absent or null
     * @throws InvalidInput if the file is no recipe or the key holds no single value
     */
    public static Optional<String> peek(Path file, String key, List<String> overrides) {
        Problems problems = new Problems();
        Value value = values(file, overrides, problems).entries().get(key);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (value instanceof Value.Scalar scalar) {
            return Optional.of(scalar.text());
        }
        throw new InvalidInput(value.origin().where(), key + " must be a single value, got " + value.kind());
    }

    /** Every key that a record declares, for references and templates. The record must not contain itself. */
    public static List<KeyNote> keys(Class<? extends Record> type, Spellings spellings) {
        return KeyNotes.of(type, spellings);
    }

    private static Value.Mapping values(Path file, List<String> overrides, Problems problems) {
        String name = file.toString();
        Value value = YamlTree.read(RecipeFile.text(file), line -> Origin.line(name, line), problems);
        if (value == null) {
            throw new InvalidInput(name, "is empty");
        }
        if (!(value instanceof Value.Mapping mapping)) {
            throw new InvalidInput(
                    value.origin().where(), "a recipe is a mapping of keys to values, got " + value.kind());
        }
        return new Overrides(problems).apply(new Value.Mapping(mapping.entries(), Origin.file(name)), overrides);
    }
}
