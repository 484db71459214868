package org.moslora.studio.runs;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.training.RunFolder;

/** All runs of the folders, and those that wait. */
public final class Runs {
    private final Folders folders;
    private final Library library;
    private final Function<String, @Nullable Errand> errands;
    private final java.util.function.Supplier<List<String>> asked;
    private final RunLogs logs = new RunLogs();

    /**
     * The runs of some folders.
     *
     * @param errands what was asked with a run of the first folder, by its name
     * @param asked the names of all such runs
     */
    public Runs(
            Folders folders,
            Function<String, @Nullable Errand> errands,
            java.util.function.Supplier<List<String>> asked) {
        this.folders = folders;
        this.library = new Library(folders);
        this.errands = errands;
        this.asked = asked;
    }

    /** Every run, those at which something happened last first. */
    public List<RunView> all() {
        Set<Path> places = new LinkedHashSet<>(library.runFolders());
        asked.get().forEach(name -> places.add(folders.newRuns().resolve(name)));
        List<RunView> runs = new ArrayList<>();
        for (Path place : places) {
            RunView run = RunView.of(place, errand(place));
            if (run != null) {
                runs.add(run);
            }
        }
        runs.sort(Comparator.comparing((RunView run) -> !run.state().isLive())
                .thenComparing(Comparator.comparingLong(RunView::changed).reversed())
                .thenComparing(RunView::name));
        return runs;
    }

    private @Nullable Errand errand(Path place) {
        return folders.newRuns().equals(place.getParent()) ? errands.apply(String.valueOf(place.getFileName())) : null;
    }

    /** The run of a name, in the first folder that has one. */
    public Optional<RunView> named(String name) {
        if (name.startsWith(".")) {
            return Optional.empty();
        }
        for (Path root : folders.runs()) {
            Optional<Path> place = Folders.below(root, List.of(name)).filter(Files::isDirectory);
            if (place.isPresent()) {
                Optional<RunView> run = Optional.ofNullable(RunView.of(place.get(), errand(place.get())));
                if (run.isPresent()) {
                    return run;
                }
            }
        }
        Errand errand = asked.get().contains(name) ? errands.apply(name) : null;
        return errand == null
                ? Optional.empty()
                : Optional.ofNullable(RunView.of(folders.newRuns().resolve(name), errand));
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
        Map<Integer, String> rows = new java.util.LinkedHashMap<>();
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
