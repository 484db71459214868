package org.moslora.training.recipe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.moslora.console.recipe.Bound;
import org.moslora.console.recipe.KeyNote;
import org.moslora.console.recipe.RecipeBuilder;
import org.moslora.console.recipe.RecipeText;
import org.moslora.console.recipe.Recipes;
import org.moslora.console.recipe.Setting;
import org.moslora.console.recipe.Spellings;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;

/**
 * Reads the recipe of a request, or that of the run which it resumes: the one place that does.
 *
 * @param type the record that declares the keys
 * @param spellings how its own types are spelt
 * @param output its run folder
 */
public record RunRecipe<R extends Record>(Class<R> type, Spellings spellings, Function<R, Path> output) {
    /** What may differ between a run and its resumption. */
    private static final List<String> MAY_CHANGE = List.of(
            "output",
            "training.max_steps",
            "training.checkpoint_every",
            "training.keep_checkpoints",
            "training.checkpointing_keep_gib",
            "training.weights_keep_gib");

    /** What a comparison varies, which stands in the recipe of what it trains. */
    private static final Set<String> PASSED_OVER = Set.of("compare");

    /**
     * Binds the recipe, or a resumed run's own.
     *
     * @throws InvalidInput with every problem of the recipe, or when the run folder holds something
     */
    private Bound<R> bind(RunRequest request) {
        Path resume = request.resume();
        if (resume == null) {
            Bound<R> bound = look(request);
            new RunFolder(output.apply(bound.recipe())).mustBeNew();
            return bound;
        }
        return resumed(request, resume);
    }

    /**
     * Binds the recipe as {@link #bind} does and works on its run folder, at which no other process may be.
     *
     * @throws InvalidInput also when another process is
     */
    public void train(RunRequest request, Consumer<Bound<R>> work) {
        if (request.team().isLed()) {
            work.accept(shared(request));
            return;
        }
        Bound<R> bound = bind(request);
        RunFolder run = new RunFolder(output.apply(bound.recipe()));
        run.taken().during(() -> {
            if (request.resume() == null) {
                run.mustBeNew(); // somebody may have been quicker
            }
            work.accept(bound);
        });
    }

    /** The recipe of a team's member: its leader has bound it before and holds the run folder. */
    private Bound<R> shared(RunRequest request) {
        Path resume = request.resume();
        return resume == null ? look(request) : resumed(request, resume);
    }

    /**
     * Binds the recipe to look at it only: its run folder may be in use.
     *
     * @throws InvalidInput with every problem of the recipe
     */
    public Bound<R> look(RunRequest request) {
        Record made = request.made();
        if (made != null) {
            return made(made);
        }
        return read(recipe(request), request, request.overrides());
    }

    /**
     * Binds a recipe that is in no file.
     *
     * @throws InvalidInput with every problem of the recipe
     */
    public Bound<R> look(RecipeText text) {
        return Recipes.read(type, text, spellings, PASSED_OVER);
    }

    /** Every key that its recipes may have. */
    public List<KeyNote> keys() {
        return Recipes.keys(type, spellings);
    }

    private Bound<R> made(Record recipe) {
        if (!type.isInstance(recipe)) {
            throw new InvalidInput(
                    "pipeline",
                    "is another one's than that of a " + recipe.getClass().getSimpleName());
        }
        return Recipes.made(type.cast(recipe), spellings);
    }

    /** JSON Schema of such recipes; see {@link org.moslora.training.Pipeline#schema}. */
    public Map<String, Object> schema() {
        return Recipes.schema(type, spellings);
    }

    /** Makes a recipe in Java, with the defaults of every key that is not set. */
    public RecipeBuilder<R> builder(String pipeline) {
        return new RecipeBuilder<>(type, spellings).set("pipeline", pipeline);
    }

    private Bound<R> resumed(RunRequest request, Path resume) {
        Path own = new RunFolder(resume).recipe();
        Path given = request.recipe();
        if (!Files.exists(own)) {
            if (given == null) {
                throw new InvalidInput(FieldName.of("resume", resume), "holds no recipe.yaml; is it a run folder?");
            }
            return read(given, request, withOutput(request, resume));
        }
        Bound<R> bound = read(given == null ? own : given, request, withOutput(request, resume));
        mustAgree(read(own, request, outputOnly(resume)), bound, resume);
        return bound;
    }

    private void mustAgree(Bound<R> before, Bound<R> now, Path resume) {
        Problems problems = new Problems();
        List<Setting> old = before.settings();
        for (Setting setting : now.settings()) {
            boolean same = old.stream()
                    .anyMatch(other ->
                            other.path().equals(setting.path()) && other.value().equals(setting.value()));
            if (!same && !MAY_CHANGE.contains(setting.path())) {
                problems.add(
                        setting.path(),
                        "is %s, but the run in %s has another value; only training.max_steps may change",
                        setting.value(),
                        resume);
            }
        }
        problems.throwIfAny();
    }

    private static Path recipe(RunRequest request) {
        Path recipe = request.recipe();
        if (recipe == null) {
            throw new InvalidInput("recipe", "name a recipe file, or a run with " + FieldName.of("resume"));
        }
        return recipe;
    }

    private static List<String> outputOnly(Path output) {
        return List.of("output=" + output.toAbsolutePath());
    }

    private static List<String> withOutput(RunRequest request, Path output) {
        List<String> overrides = new ArrayList<>(request.overrides());
        overrides.add("output=" + output.toAbsolutePath());
        return overrides;
    }

    private Bound<R> read(Path file, RunRequest request, List<String> overrides) {
        return Recipes.read(type, file, overrides, request.workingFolder(), spellings, PASSED_OVER);
    }
}
