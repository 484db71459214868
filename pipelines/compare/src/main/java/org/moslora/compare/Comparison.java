package org.moslora.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.Progress;
import org.moslora.console.recipe.Recipes;
import org.moslora.console.recipe.Spellings;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;

/**
 * Trains every variant of a recipe with the same budget of trials and says what came of it. Read {@link #run} from top
 * to bottom: check everything, train at every rate, choose the rate, train the other seeds there, score, report.
 */
public final class Comparison {
    private static final String BLOCK = "compare";
    /** A place below the comparison's folder where nothing ever is. */
    private static final String NO_TRIAL = "trials/none";

    private final Task task;
    private final CompareBlock block;
    private final Trials trials;
    private final Map<String, String> refused = new LinkedHashMap<>();
    private final List<Trial> done = new ArrayList<>();
    private int steps;

    private Comparison(Task task, Program program) {
        this.task = task;
        this.block = task.block();
        this.trials = new Trials(task, program);
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
        List<String> own = overrides.stream().filter(Comparison::isForBlock).toList();
        List<String> rest =
                overrides.stream().filter(given -> !isForBlock(given)).toList();
        CompareBlock block = block(recipe, own, rest, workingFolder, program);
        Path output = only(recipe, "output", rest, workingFolder);
        List<Path> images = Recipes.peekPaths(recipe, "data.images", rest, workingFolder);
        Subsets subsets = new Subsets(
                output.resolve("data"), Recipes.peekPaths(recipe, "data.conversations", rest, workingFolder));
        Task task = new Task(
                recipe.toAbsolutePath(),
                rest,
                block,
                output,
                only(recipe, "model", rest, workingFolder),
                images.isEmpty() ? null : images.get(0),
                subsets.files(block.rows()),
                Recipes.peek(recipe, "device", rest).orElse(null),
                threads);
        Comparison comparison = new Comparison(task, program);
        comparison.check(program);
        List<String> rows = subsets.shuffled(block.rows());
        new OutputFolder(output).claim(recipe, rest);
        subsets.write(block.rows(), rows);
        comparison.run(quiet);
    }

    /** The block; together with its problems those of the recipe around it are told. */
    private static CompareBlock block(
            Path recipe, List<String> own, List<String> rest, Path workingFolder, Program program) {
        Problems problems = new Problems();
        List<CompareBlock> read = new ArrayList<>();
        problems.collect(
                () -> read.add(Recipes.block(CompareBlock.class, BLOCK, recipe, own, workingFolder, Spellings.none())
                        .recipe()));
        List<String> elsewhere = new ArrayList<>(rest);
        Recipes.peekPaths(recipe, "output", rest, workingFolder)
                .forEach(output -> elsewhere.add("output=" + output.resolve(NO_TRIAL)));
        problems.collect(() -> program.check(recipe, elsewhere));
        if (Recipes.peekPaths(recipe, "data.conversations", rest, workingFolder).isEmpty()) {
            read.forEach(block -> mustNeedNoConversations(block, problems));
        }
        problems.throwIfAny();
        return read.get(0);
    }

    private static void mustNeedNoConversations(CompareBlock block, Problems problems) {
        if (block.metric().needsData()) {
            problems.add(
                    "compare.metric",
                    "is %s, which is of conversations, but the recipe has no data.conversations; training_loss is of any"
                            + " pipeline",
                    block.metric().word());
        }
        if (!block.rows().isEmpty()) {
            problems.add("compare.rows", "counts rows of data.conversations, which the recipe has not");
        }
    }

    private static boolean isForBlock(String override) {
        return override.startsWith(BLOCK + ".") || override.startsWith(BLOCK + "=");
    }

    private static Path only(Path recipe, String key, List<String> overrides, Path workingFolder) {
        List<Path> paths = Recipes.peekPaths(recipe, key, overrides, workingFolder);
        if (paths.size() != 1) {
            throw new InvalidInput(recipe.toString(), key + " must name one path, got " + paths.size());
        }
        return paths.get(0);
    }

    private void run(boolean quiet) {
        List<Trial> choosing = trials(block.learningRates(), block.choosing());
        List<Trial.Place> places = places();
        int total = choosing.size() + places.size() * block.seeds().size();
        List<Standing> standings;
        try (Progress progress = Progress.start("comparing", total, quiet)) {
            for (Trial trial : choosing) {
                Result result = chooses() ? trials.validated(trial) : trials.trained(trial);
                told(progress, trial, chooses() ? result.validation() : null);
            }
            Table table = new Table(block);
            for (Trial.Place place : places) {
                Trial.Place best = chooses() ? best(place, choosing) : withOnlyRate(place);
                table.add(best, tested(best, progress), chooses() ? validation(best) : new Sample(List.of()));
            }
            refused.forEach(table::refuse);
            standings = table.standings();
        }
        new Report(task, standings, done, trials).write();
    }

    /** Whether validation has anything to choose from, or was asked for all the same. */
    private boolean chooses() {
        return block.learningRates().size() > 1 || !block.validation().isEmpty();
    }

    private List<Result> tested(Trial.Place place, Progress progress) {
        List<Result> results = new ArrayList<>();
        for (long seed : block.seeds()) {
            Trial trial = trial(place, seed);
            Result result = trials.tested(trial);
            told(progress, trial, result.test());
            results.add(result);
        }
        return results;
    }

    private Sample validation(Trial.Place place) {
        return new Sample(block.choosing().stream()
                .map(seed -> trials.validated(trial(place, seed)).validation())
                .toList());
    }

    private void told(Progress progress, Trial trial, @Nullable Double score) {
        if (!done.contains(trial)) {
            done.add(trial);
        }
        progress.note(trial.id()
                + (score == null
                        ? ""
                        : String.format(Locale.ROOT, ": %s %.4f", block.metric().word(), score)));
        progress.step(++steps, "");
    }

    private Trial.Place best(Trial.Place place, List<Trial> choosing) {
        Map<Trial.Place, List<Double>> scores = new LinkedHashMap<>();
        for (Trial trial : choosing) {
            if (trial.place().withoutRate().equals(place)) {
                Double score = trials.validated(trial).validation();
                scores.computeIfAbsent(trial.place(), any -> new ArrayList<>()).add(score);
            }
        }
        double sign = block.metric().isHigherBetter() ? 1 : -1;
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
                    changes.add("output=" + task.output().resolve(NO_TRIAL));
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
        if (refused.containsKey(block.base())) {
            problems.add(
                    "compare.baseline", "%s is refused: %s", block.base(), String.valueOf(refused.get(block.base())));
        }
        problems.throwIfAny();
    }
}
