package org.moslora.studio.runs;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.training.RunFolder;

/** All runs of the folders, and those that wait. */
public final class Runs {
    private final Folders folders;
    private final Library library;
    private final Function<String, @Nullable Errand> errands;
    private final Supplier<List<String>> asked;
    private final RunLogs logs = new RunLogs();

    /**
     * The runs of some folders.
     *
     * @param errands what was asked with a run of the first folder, by its name
     * @param asked the names of all such runs
     */
    public Runs(Folders folders, Function<String, @Nullable Errand> errands, Supplier<List<String>> asked) {
        this.folders = folders;
        this.library = new Library(folders);
        this.errands = errands;
        this.asked = asked;
    }

    /** Every run, those at which something happened last first. */
    public List<RunView> all() {
        List<RunView> runs = new ArrayList<>();
        for (Path place : places()) {
            RunView run = RunView.of(String.valueOf(place.getFileName()), place, errand(place));
            if (run != null) {
                runs.add(run);
            }
        }
        runs.sort(Comparator.comparing((RunView run) -> !run.state().isLive())
                .thenComparing(Comparator.comparingLong(RunView::changed).reversed())
                .thenComparing(RunView::name));
        return runs;
    }

    /** Every comparison, by name. */
    public List<ComparisonView> comparisons() {
        List<ComparisonView> comparisons = new ArrayList<>();
        for (Path place : places()) {
            ComparisonView comparison = ComparisonView.of(place, errand(place));
            if (comparison != null) {
                comparisons.add(comparison);
            }
        }
        comparisons.sort(Comparator.comparing(ComparisonView::name));
        return comparisons;
    }

    /** The folders that are there, and those that will be. */
    private Set<Path> places() {
        Set<Path> places = new LinkedHashSet<>(library.runFolders());
        asked.get().forEach(name -> places.add(folders.newRuns().resolve(name)));
        return places;
    }

    private @Nullable Errand errand(Path place) {
        return folders.newRuns().equals(place.getParent()) ? errands.apply(String.valueOf(place.getFileName())) : null;
    }

    /** Whether a run or a comparison lies where the studio begins and stops them; others it only shows. */
    public boolean isOwn(Path folder) {
        return folders.newRuns().equals(folder.getParent());
    }

    /** The run of a name, in the first folder that has one; a trial of a comparison is named with that before it. */
    public Optional<RunView> named(String name) {
        return steps(name).flatMap(steps -> found(steps, place -> RunView.of(name, place, errand(place))));
    }

    /** The comparison of a name, in the first folder that has one. */
    public Optional<ComparisonView> comparison(String name) {
        return steps(name)
                .filter(steps -> steps.size() == 1)
                .flatMap(steps -> found(steps, place -> ComparisonView.of(place, errand(place))));
    }

    private static Optional<List<String>> steps(String name) {
        List<String> steps = List.of(name.split("/", -1));
        boolean ofTrial = steps.size() == 3 && steps.get(1).equals(ComparisonView.TRIALS);
        boolean hidden = steps.stream().anyMatch(step -> step.startsWith("."));
        return (steps.size() == 1 || ofTrial) && !hidden ? Optional.of(steps) : Optional.empty();
    }

    private <T> Optional<T> found(List<String> steps, Function<Path, @Nullable T> look) {
        for (Path root : folders.runs()) {
            Optional<T> found = Folders.below(root, steps)
                    .filter(Files::isDirectory)
                    .flatMap(place -> Optional.ofNullable(look.apply(place)));
            if (found.isPresent()) {
                return found;
            }
        }
        boolean isAsked = steps.size() == 1 && asked.get().contains(steps.get(0));
        return isAsked ? Optional.ofNullable(look.apply(folders.newRuns().resolve(steps.get(0)))) : Optional.empty();
    }

    /** What a run's recipe says at a key, as far as the list of runs shows it. */
    public String glance(RunView run, String key) {
        return RecipeGlance.of(new RunFolder(run.folder()).recipe()).get(key);
    }

    /** The curves of a run, each of at most so many points. */
    public JsonObject curves(RunView run, int most, int first, int last) {
        return logs.of(new RunFolder(run.folder()).metrics()).curves(most, first, last);
    }

    /** Rows of a run's log after a step, by their steps; thinned to so many where there are more. */
    public Map<Integer, String> rows(RunView run, int after, int most) throws IOException {
        Map<Integer, String> rows = new LinkedHashMap<>();
        for (RunLog.Row row : logs.of(new RunFolder(run.folder()).metrics()).after(after, most)) {
            rows.put(row.step(), row.line());
        }
        return rows;
    }

    /** What a step took lately, in seconds; 0 where nobody knows. */
    public double secondsOfStep(RunView run) {
        return logs.of(new RunFolder(run.folder()).metrics()).secondsOfStep();
    }
}
