package org.moslora.console.recipe;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
     * @see #read(Class, Path, List, Path, Spellings, Set)
     */
    public static <R extends Record> Bound<R> read(
            Class<R> type, Path file, List<String> overrides, Path workingFolder) {
        return read(type, file, overrides, workingFolder, Spellings.none());
    }

    /**
     * Reads a recipe that has nothing in it but what the record declares.
     *
     * @see #read(Class, Path, List, Path, Spellings, Set)
     */
    public static <R extends Record> Bound<R> read(
            Class<R> type, Path file, List<String> overrides, Path workingFolder, Spellings spellings) {
        return read(type, file, overrides, workingFolder, spellings, Set.of());
    }

    /**
     * Reads a recipe.
     *
     * @param type the record that declares the keys
     * @param file the recipe; paths in it are by its folder
     * @param overrides {@code key=value} arguments by dotted path, the value as YAML
     * @param workingFolder what paths in the overrides are by
     * @param spellings how the other types among the components are written
     * @param passedOver keys at the top that are somebody else's to read
     * @throws InvalidInput with everything that is wrong
     */
    public static <R extends Record> Bound<R> read(
            Class<R> type,
            Path file,
            List<String> overrides,
            Path workingFolder,
            Spellings spellings,
            Set<String> passedOver) {
        return read(type, RecipeText.read(file), overrides, workingFolder, spellings, passedOver);
    }

    /**
     * Reads a recipe that is in no file.
     *
     * @see #read(Class, Path, List, Path, Spellings, Set)
     */
    public static <R extends Record> Bound<R> read(
            Class<R> type, RecipeText text, Spellings spellings, Set<String> passedOver) {
        return read(type, text, List.of(), text.folder(), spellings, passedOver);
    }

    private static <R extends Record> Bound<R> read(
            Class<R> type,
            RecipeText text,
            List<String> overrides,
            Path workingFolder,
            Spellings spellings,
            Set<String> passedOver) {
        Problems problems = new Problems();
        YamlValue.Mapping all = values(text, overrides, problems);
        Map<String, YamlValue> entries = new LinkedHashMap<>(all.entries());
        entries.keySet().removeAll(passedOver);
        YamlValue.Mapping own = new YamlValue.Mapping(entries, all.origin());
        return bound(type, "", own, new RecipePaths(text.folder(), workingFolder), spellings, problems);
    }

    /**
     * Reads one block at the top of a recipe and nothing else of it.
     *
     * @param key what the block stands under; an absent one is an empty one
     * @throws InvalidInput with everything that is wrong with the block
     */
    public static <R extends Record> Bound<R> block(
            Class<R> type, String key, Path file, List<String> overrides, Path workingFolder, Spellings spellings) {
        Problems problems = new Problems();
        YamlValue.Mapping all = values(file, overrides, problems);
        YamlValue block = all.entries().getOrDefault(key, new YamlValue.Mapping(Map.of(), all.origin()));
        return bound(type, key, block, places(file, workingFolder), spellings, problems);
    }

    /** As {@link #block(Class, String, Path, List, Path, Spellings)}, of a recipe that is in no file. */
    public static <R extends Record> Bound<R> block(Class<R> type, String key, RecipeText text, Spellings spellings) {
        Problems problems = new Problems();
        YamlValue.Mapping all = values(text, List.of(), problems);
        YamlValue block = all.entries().getOrDefault(key, new YamlValue.Mapping(Map.of(), all.origin()));
        return bound(type, key, block, new RecipePaths(text.folder(), text.folder()), spellings, problems);
    }

    /**
     * The paths under one key, read before the record type is known; none when the key is absent.
     *
     * @param key dotted: {@code data.conversations}
     */
    public static List<Path> peekPaths(Path file, String key, List<String> overrides, Path workingFolder) {
        YamlValue value = values(file, overrides, new Problems());
        for (String step : List.of(key.split("\\."))) {
            value = value instanceof YamlValue.Mapping mapping
                    ? mapping.entries().get(step)
                    : null;
        }
        List<YamlValue> items = value instanceof YamlValue.Sequence sequence
                ? sequence.items()
                : value == null || value.isNull() ? List.of() : List.of(value);
        RecipePaths places = places(file, workingFolder);
        return items.stream()
                .filter(YamlValue.Scalar.class::isInstance)
                .map(item -> places.read((YamlValue.Scalar) item, null))
                .toList();
    }

    /** A record made in Java as if it had been read, every value of it its maker's. */
    public static <R extends Record> Bound<R> made(R recipe, Spellings spellings) {
        ResolvedYaml yaml = new ResolvedYaml(spellings);
        return new Bound<>(recipe, SettingLeaves.of(recipe, yaml, new ValueSources()), yaml.block(recipe));
    }

    static <R extends Record> R made(Class<R> type, List<String> settings, Spellings spellings) {
        Problems problems = new Problems();
        YamlValue.Mapping nothing = new YamlValue.Mapping(Map.of(), ValueSource.JAVA);
        YamlValue.Mapping values = new Overrides(problems, ValueSource.JAVA).apply(nothing, settings);
        Path here = Path.of("").toAbsolutePath();
        return bound(type, "", values, new RecipePaths(here, here), spellings, problems)
                .recipe();
    }

    private static RecipePaths places(Path file, Path workingFolder) {
        Path folder = file.toAbsolutePath().getParent();
        return new RecipePaths(folder == null ? workingFolder : folder, workingFolder);
    }

    private static <R extends Record> Bound<R> bound(
            Class<R> type, String path, YamlValue values, RecipePaths places, Spellings spellings, Problems problems) {
        ValueSources origins = new ValueSources();
        Object recipe = new Binder(Shape.of(type), places, spellings, origins, problems)
                .bind(new Binder.Wanted(path, type, null), values);
        problems.throwIfAny();
        if (recipe == null) {
            throw new IllegalStateException("no recipe and no problem");
        }
        R record = type.cast(recipe);
        ResolvedYaml yaml = new ResolvedYaml(spellings);
        return new Bound<>(record, SettingLeaves.of(record, yaml, origins), yaml.block(record));
    }

    /**
     * The value of one key at the top of a recipe, read before the record type is known.
     *
     * @return the value, or nothing when the key is absent or null
     * @throws InvalidInput if the file is no recipe or the key holds no single value
     */
    public static Optional<String> peek(Path file, String key, List<String> overrides) {
        return peek(RecipeText.read(file), key, overrides);
    }

    /** As {@link #peek(Path, String, List)}, of a recipe that is in no file. */
    public static Optional<String> peek(RecipeText text, String key) {
        return peek(text, key, List.of());
    }

    private static Optional<String> peek(RecipeText text, String key, List<String> overrides) {
        Problems problems = new Problems();
        YamlValue value = values(text, overrides, problems).entries().get(key);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (value instanceof YamlValue.Scalar scalar) {
            return Optional.of(scalar.text());
        }
        throw new InvalidInput(value.origin().where(), key + " must be a single value, got " + value.kind());
    }

    /** Whether a recipe has something under a key at the top. */
    public static boolean has(Path file, String key, List<String> overrides) {
        return values(file, overrides, new Problems()).entries().containsKey(key);
    }

    /** Every key that a record declares, for references and templates. The record must not contain itself. */
    public static List<KeyNote> keys(Class<? extends Record> type, Spellings spellings) {
        return KeyNotes.of(type, spellings);
    }

    /**
     * What a recipe says, key by key by dotted path, whether or not there is such a key.
     *
     * @throws InvalidInput if it is no recipe
     */
    public static Map<String, String> leaves(RecipeText text) {
        return WrittenLeaves.of(values(text, List.of(), new Problems()));
    }

    /** JSON Schema of the recipes that a record declares, as maps, lists and plain values. */
    public static Map<String, Object> schema(Class<? extends Record> type, Spellings spellings) {
        return RecipeSchema.of(type, spellings);
    }

    private static YamlValue.Mapping values(Path file, List<String> overrides, Problems problems) {
        return values(RecipeText.read(file), overrides, problems);
    }

    private static YamlValue.Mapping values(RecipeText text, List<String> overrides, Problems problems) {
        String name = text.name();
        YamlValue value = YamlTree.read(text.text(), line -> ValueSource.line(name, line), problems);
        if (value == null) {
            throw new InvalidInput(name, "is empty");
        }
        if (!(value instanceof YamlValue.Mapping mapping)) {
            throw new InvalidInput(
                    value.origin().where(), "a recipe is a mapping of keys to values, got " + value.kind());
        }
        return new Overrides(problems, ValueSource.COMMAND_LINE)
                .apply(new YamlValue.Mapping(mapping.entries(), ValueSource.file(name)), overrides);
    }
}
