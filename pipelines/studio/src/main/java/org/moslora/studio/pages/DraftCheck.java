package org.moslora.studio.pages;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.RecipeDraft;
import org.moslora.compare.Comparison;
import org.moslora.console.recipe.Bound;
import org.moslora.console.recipe.RecipeEdit;
import org.moslora.console.recipe.RecipeText;
import org.moslora.console.recipe.Recipes;
import org.moslora.console.recipe.Setting;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.studio.folders.Folders;
import org.moslora.training.recipe.TrainingRecipe;

/** What is wrong with a recipe that is being written, in the words of {@code check}, and what its training would take. */
final class DraftCheck {
    private static final String NAME = "recipe";
    private static final String BLOCK = "compare";
    private static final String VARIANTS = BLOCK + ".variants.";

    private final Folders folders;
    private final RecipeDraft draft;
    private final Problems problems = new Problems();
    private final @Nullable Bound<?> bound;
    private final boolean compares;
    /** The paths that it names, by their keys. */
    private final Map<String, Set<Path>> named = new HashMap<>();

    DraftCheck(Folders folders, String text) {
        this.folders = folders;
        this.draft = new RecipeDraft(new RecipeText(NAME, text, folders.recipes()));
        this.bound = problems.collect(draft::bind);
        if (bound != null) {
            paths(bound.recipe(), "");
        }
        if (bound != null && bound.recipe() instanceof TrainingRecipe recipe) {
            output(recipe.output());
        }
        this.compares = written().keySet().stream().anyMatch(key -> key.startsWith(BLOCK + "."));
        if (compares) {
            comparison();
        }
    }

    /** What is compared, too. Values of variants are the recipe's of other trials, so what might be a path must be known. */
    private void comparison() {
        Bound<?> block = problems.collect(() -> Comparison.look(draft.text()));
        if (block != null) {
            paths(block.recipe(), BLOCK);
        }
        written().forEach((key, value) -> {
            if (key.startsWith(VARIANTS)
                    && value.matches("(?s).*[/\\\\].*")
                    && folders.named(value).isEmpty()) {
                problems.add(
                        key,
                        "has \"%s\"; where a variant names a path, it must be an absolute one in one of the"
                                + " folders that the studio was given",
                        value);
            }
        });
    }

    /** All paths lie in the folders: what a recipe names is read. */
    private void paths(@Nullable Object value, String key) {
        if (value instanceof Path path) {
            named.computeIfAbsent(key, any -> new HashSet<>()).add(path);
        }
        if (value instanceof Path path && !key.equals("output") && !folders.wouldHold(path)) {
            problems.add(key, "names %s, which is in none of the folders that the studio was given", path);
        } else if (value instanceof List<?> list) {
            list.forEach(each -> paths(each, key));
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(each -> paths(each, key));
        } else if (value instanceof Record record) {
            for (RecordComponent part : record.getClass().getRecordComponents()) {
                String name =
                        part.getName().replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
                paths(part(record, part), key.isEmpty() ? name : key + "." + name);
            }
        }
    }

    private static @Nullable Object part(Record record, RecordComponent part) {
        try {
            return part.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException hidden) {
            return null;
        }
    }

    private void output(Path output) {
        String name = String.valueOf(output.getFileName());
        if (!folders.newRuns().equals(output.getParent()) || name.startsWith(".")) {
            problems.add(
                    "output",
                    "must be a folder right below %s, where this studio keeps its runs, got %s",
                    folders.newRuns(),
                    output);
        }
    }

    /** What is wrong, line by line, with the lines of the text where that is known. */
    List<String> problems() {
        return problems.found().stream().map(DraftCheck::line).toList();
    }

    private static String line(Problem problem) {
        return problem.toString().replaceFirst("^" + NAME + ":(\\d+)(?=:|$)", "line $1");
    }

    /** The name of the run; empty as long as that is not known. */
    String run() {
        return bound != null && problems.isEmpty() && bound.recipe() instanceof TrainingRecipe recipe
                ? String.valueOf(recipe.output().getFileName())
                : "";
    }

    /** The recipe with every key and absolute paths. */
    String resolved() {
        if (bound == null) {
            throw new IllegalStateException("a recipe with problems was to be trained");
        }
        return bound.yaml();
    }

    /** Whether it is a comparison of several trainings. */
    boolean compares() {
        return compares;
    }

    /** The text as it is written, with absolute paths. */
    String absolute() {
        Path folder = folders.recipes();
        return RecipeEdit.changed(draft.text().text(), (key, value) -> {
            boolean relative = !value.isEmpty() && !value.startsWith("/") && value.indexOf(0) < 0;
            Path path = relative ? folder.resolve(value).normalize() : folder;
            return relative && named.getOrDefault(key, Set.of()).contains(path)
                    ? "'" + path.toString().replace("'", "''") + "'"
                    : null;
        });
    }

    /** What the recipe says at a key, whatever else is wrong with it; empty without it. */
    String setting(String key) {
        if (bound == null) {
            return written().getOrDefault(key, "");
        }
        return bound.settings().stream()
                .filter(setting -> setting.path().equals(key))
                .map(Setting::value)
                .findFirst()
                .orElse("");
    }

    private Map<String, String> written() {
        try {
            return Recipes.leaves(draft.text());
        } catch (InvalidInput noRecipe) {
            return Map.of();
        }
    }

    /** Looks at all files that it names. */
    HeardEstimate files() {
        HeardEstimate estimate = new HeardEstimate();
        if (problems.isEmpty()) {
            problems.collect(() -> draft.check(estimate));
        }
        return estimate;
    }

    /** Whether a recipe is one for sure, for whoever starts it. */
    boolean isSound() {
        return problems.isEmpty() && bound != null;
    }

    /** Adds what a look in another process found. */
    void add(String line) {
        int colon = line.indexOf(": ");
        problems.add(new Problem(line.substring(0, Math.max(0, colon)), line.substring(colon < 0 ? 0 : colon + 2)));
    }

    /** Adds what somebody else found. */
    void add(InvalidInput wrong) {
        problems.addAll(wrong);
    }
}
