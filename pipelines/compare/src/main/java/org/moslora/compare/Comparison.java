package org.moslora.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.Progress;
import org.moslora.console.recipe.Bound;
import org.moslora.console.recipe.KeyNote;
import org.moslora.console.recipe.RecipeText;
import org.moslora.console.recipe.Recipes;
import org.moslora.console.recipe.Spellings;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.tensors.out.OutputLock;

/**
 * Trains every variant of a recipe with the same budget of trials and says what came of it. Read {@link #run} from top
 * to bottom: check everything, train at every rate, choose the rate, train the other seeds there, score, report.
 */
public final class Comparison {
    private final ComparisonTask task;
    private final CompareBlock block;
    private final Scoring scoring;
    private final Trials trials;
    private final Map<String, String> refused = new LinkedHashMap<>();
    private final List<Trial> done = new ArrayList<>();
    private int steps;

    private Comparison(ComparisonTask task, Scoring scoring, Program program) {
        this.task = task;
        this.block = task.block();
        this.scoring = scoring;
        this.trials = new Trials(task, scoring, program);
    }

    /** Whether a recipe has a block that says what is compared. */
    public static boolean isAskedBy(Path recipe, List<String> overrides) {
        return Recipes.has(recipe, ComparedRecipe.BLOCK, overrides);
    }

    /**
     * The block of a recipe that somebody writes, for a look at its own keys; {@link #check} looks at everything.
     *
     * @throws InvalidInput with everything that is wrong with them
     */
    public static Bound<?> look(RecipeText recipe) {
        return Recipes.block(CompareBlock.class, ComparedRecipe.BLOCK, recipe, Spellings.none());
    }

    /** Every key of the block, by its path in a recipe. */
    public static List<KeyNote> keys() {
        return Recipes.keys(CompareBlock.class, Spellings.none()).stream()
                .map(key ->
                        new KeyNote(ComparedRecipe.BLOCK + "." + key.path(), key.kind(), key.absent(), key.meaning()))
                .toList();
    }

    /** JSON Schema of the block, as maps, lists and plain values. */
    public static Map<String, Object> schema() {
        return Recipes.schema(CompareBlock.class, Spellings.none());
    }

    /**
     * Compares.
     *
     * @param recipe an ordinary recipe with a {@code compare} block; its {@code output} is the comparison's folder
     * @param overrides {@code key=value} for the block and for every trial
     * @throws InvalidInput with everything that is wrong with the block and with any variant, before anything is
     *     trained
     */
    public static void run(
            Path recipe, List<String> overrides, Path workingFolder, int threads, boolean quiet, Program program) {
        ComparedRecipe compared = ComparedRecipe.of(recipe, overrides, workingFolder);
        Comparison comparison = checked(compared, threads, program);
        ComparisonTask task = comparison.task;
        List<String> rows = compared.subsets().shuffled(comparison.block.rows());
        OutputLock.inside("output " + task.output(), task.output()).during(() -> {
            new OutputFolder(task.output()).claim(recipe, compared.rest());
            compared.subsets().write(comparison.block.rows(), rows);
            comparison.run(quiet);
        });
    }

    /**
     * Looks at everything that {@link #run} does before it trains, and leaves nothing.
     *
     * @return overrides that make an ordinary recipe of it, for a look at what every trial has in common
     * @throws InvalidInput with everything that is wrong
     */
    public static List<String> check(Path recipe, List<String> overrides, Path workingFolder, Program program) {
        ComparedRecipe compared = ComparedRecipe.of(recipe, overrides, workingFolder);
        CompareBlock block = checked(compared, 1, program).block;
        compared.subsets().shuffled(block.rows());
        return compared.elsewhere();
    }

    private static Comparison checked(ComparedRecipe compared, int threads, Program program) {
        ComparisonTask task = compared.task(compared.block(program), threads);
        Scoring scoring = compared.scoring(task);
        Comparison comparison = new Comparison(task, scoring, program);
        comparison.check(program);
        return comparison;
    }

    private void run(boolean quiet) {
        List<Trial> choosing = trials(block.learningRates(), block.choosing());
        List<Trial.Place> places = places();
        int total = choosing.size() + places.size() * block.seeds().size();
        List<LeaderboardRow> standings;
        try (Progress progress = Progress.start("comparing", total, quiet)) {
            trials.ahead(choosing, chooses() ? ScoreSplit.VALIDATION : null);
            for (Trial trial : choosing) {
                TrialResult result = chooses() ? trials.scored(trial, ScoreSplit.VALIDATION) : trials.trained(trial);
                told(progress, trial, chooses() ? result.validation() : null);
            }
            Table table = new Table(block, scoring.metrics());
            List<Trial.Place> chosen = places.stream()
                    .map(place -> chooses() ? best(place, choosing) : withOnlyRate(place))
                    .toList();
            trials.ahead(all(chosen), ScoreSplit.TEST);
            for (Trial.Place best : chosen) {
                table.add(best, tested(best, progress), chooses() ? validated(best) : List.of());
            }
            refused.forEach(table::refuse);
            standings = table.standings();
        }
        new ComparisonReport(task, scoring.metrics(), standings, done, trials).write();
    }

    /** Whether validation has anything to choose from, or was asked for all the same. */
    private boolean chooses() {
        return block.learningRates().size() > 1 || scoring.validates();
    }

    private List<TrialResult> tested(Trial.Place place, Progress progress) {
        List<TrialResult> results = new ArrayList<>();
        for (long seed : block.seeds()) {
            Trial trial = trial(place, seed);
            TrialResult result = trials.scored(trial, ScoreSplit.TEST);
            told(progress, trial, result.test());
            results.add(result);
        }
        return results;
    }

    /** Every seed at every place. */
    private List<Trial> all(List<Trial.Place> places) {
        return places.stream()
                .flatMap(place -> block.seeds().stream().map(seed -> trial(place, seed)))
                .toList();
    }

    private List<TrialResult> validated(Trial.Place place) {
        return block.choosing().stream()
                .map(seed -> trials.scored(trial(place, seed), ScoreSplit.VALIDATION))
                .toList();
    }

    private void told(Progress progress, Trial trial, @Nullable Score score) {
        if (!done.contains(trial)) {
            done.add(trial);
        }
        Metric metric = block.primary();
        progress.note(trial.id()
                + (score == null ? "" : String.format(Locale.ROOT, ": %s %.4f", metric.word(), score.of(metric))));
        progress.step(++steps, "");
    }

    private Trial.Place best(Trial.Place place, List<Trial> choosing) {
        Map<Trial.Place, List<Double>> scores = new LinkedHashMap<>();
        for (Trial trial : choosing) {
            if (trial.place().withoutRate().equals(place)) {
                Score score = Objects.requireNonNull(
                        trials.scored(trial, ScoreSplit.VALIDATION).validation());
                scores.computeIfAbsent(trial.place(), any -> new ArrayList<>()).add(score.of(block.primary()));
            }
        }
        double sign = block.primary().isHigherBetter() ? 1 : -1;
        return scores.entrySet().stream()
                .max(Map.Entry.comparingByValue(
                        (one, other) -> Double.compare(sign * new Sample(one).mean(), sign * new Sample(other).mean())))
                .orElseThrow()
                .getKey();
    }

    private Trial.Place withOnlyRate(Trial.Place place) {
        Double rate =
                block.learningRates().isEmpty() ? null : block.learningRates().get(0);
        return new Trial.Place(place.variant(), place.rank(), place.rows(), rate);
    }

    private Trial trial(Trial.Place place, long seed) {
        Variant variant = block.all().stream()
                .filter(each -> each.name().equals(place.variant()))
                .findFirst()
                .orElseThrow();
        return new Trial(variant, place.rank(), place.rows(), place.rate(), seed);
    }

    /** Everything that is trained, whichever rate is chosen, but for what is refused. */
    private List<Trial> trials(List<Double> rates, List<Long> seeds) {
        List<Trial> all = new ArrayList<>();
        for (Trial.Place place : places()) {
            for (Double rate : orNull(rates)) {
                for (long seed : seeds) {
                    all.add(trial(new Trial.Place(place.variant(), place.rank(), place.rows(), rate), seed));
                }
            }
        }
        return all;
    }

    private List<Trial.Place> places() {
        List<Trial.Place> places = new ArrayList<>();
        for (Integer rows : orNull(block.rows())) {
            for (Integer rank : orNull(block.ranks())) {
                for (Variant variant : block.all()) {
                    if (!refused.containsKey(variant.name())) {
                        places.add(new Trial.Place(variant.name(), rank, rows, null));
                    }
                }
            }
        }
        return places;
    }

    /** The values, or once "as the recipe has it". */
    private static <T> List<@Nullable T> orNull(List<T> values) {
        List<@Nullable T> all = new ArrayList<>(values);
        if (all.isEmpty()) {
            all.add(null);
        }
        return all;
    }

    /** Has the program look at every variant at every rank; what is wrong with several is told once. */
    private void check(Program program) {
        Set<Problem> found = new LinkedHashSet<>();
        for (Variant variant : block.all()) {
            for (Integer rank : orNull(block.ranks())) {
                Double rate = block.learningRates().isEmpty()
                        ? null
                        : block.learningRates().get(0);
                Trial trial = new Trial(variant, rank, null, rate, block.seeds().get(0));
                try {
                    List<String> changes = new ArrayList<>(task.changes(trial));
                    changes.add("output=" + task.output().resolve(ComparedRecipe.NO_TRIAL));
                    program.check(task.recipe(), changes);
                } catch (InvalidInput wrong) {
                    if (block.mayBeRefused().contains(variant.name())) {
                        refused.put(variant.name(), wrong.problems().get(0).toString());
                    } else {
                        found.addAll(wrong.problems());
                    }
                }
            }
        }
        Problems problems = new Problems();
        found.forEach(problem -> problems.add(problem.where(), "%s", problem.what()));
        problems.collect(() -> scoring.check(program));
        if (refused.containsKey(block.base())) {
            problems.add(
                    "compare.baseline", "%s is refused: %s", block.base(), String.valueOf(refused.get(block.base())));
        }
        problems.throwIfAny();
    }
}
