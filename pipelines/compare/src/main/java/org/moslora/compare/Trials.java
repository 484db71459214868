package org.moslora.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.training.RunFigures;
import org.moslora.training.RunFolder;

/** Trains and scores trials, each once: what is finished is read, what was begun is resumed. */
final class Trials {
    private final ComparisonTask task;
    private final Scoring scoring;
    private final TrialProgram program;

    Trials(ComparisonTask task, Scoring scoring, Program program) {
        this.task = task;
        this.scoring = scoring;
        this.program = new TrialProgram(task, program);
    }

    /** Has trials trained and scored at once, where the program can; what they came to lies beside them then. */
    void ahead(List<Trial> trials, @Nullable ScoreSplit part) {
        program.together(trials.stream()
                .<Runnable>map(trial -> () -> {
                    if (part == null) {
                        trained(trial);
                    } else {
                        scored(trial, part);
                    }
                })
                .toList());
    }

    /** The result of a trial, trained if it is not yet. */
    TrialResult trained(Trial trial) {
        List<String> command = task.training(trial);
        return TrialResult.read(file(trial), command).orElseGet(() -> {
            Path run = task.run(trial);
            List<String> words = new ArrayList<>(command);
            if (Files.exists(new RunFolder(run).recipe())) {
                words.addAll(List.of("--resume", run.toString()));
            }
            program.run(words, trial);
            TrialResult result = measured(command, new RunFolder(run));
            result.write(file(trial));
            return result;
        });
    }

    /** The result of a trial with its scores for a purpose, taken if they are not yet. */
    TrialResult scored(Trial trial, ScoreSplit part) {
        TrialResult result = trained(trial);
        List<String> command = scoring.command(trial, part);
        Score known = result.score(part);
        if (known != null && known.command().equals(command)) {
            return result;
        }
        Score score = new Score(command, scoring.values(trial, result, part, program));
        TrialResult scored = result.with(part, score);
        scored.write(file(trial));
        return scored;
    }

    private Path file(Trial trial) {
        return task.beside(trial, ".json");
    }

    private static TrialResult measured(List<String> command, RunFolder run) {
        RunFigures figures = RunFigures.of(run);
        return new TrialResult(
                command, figures.parameters(), figures.seconds(), figures.peakBytes(), figures.lastLoss(), null, null);
    }
}
