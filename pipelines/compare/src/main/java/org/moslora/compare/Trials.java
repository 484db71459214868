package org.moslora.compare;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.moslora.problems.InvalidInput;
import org.moslora.training.RunFigures;
import org.moslora.training.RunFolder;

/** Trains and scores trials, each once: what is finished is read, what was begun is resumed. */
final class Trials {
    private final Task task;
    private final Program program;

    Trials(Task task, Program program) {
        this.task = task;
        this.program = program;
    }

    /** The result of a trial, trained if it is not yet. */
    Result trained(Trial trial) {
        List<String> command = task.training(trial);
        return Result.read(file(trial), command).orElseGet(() -> {
            Path run = task.run(trial);
            List<String> words = new ArrayList<>(command);
            if (Files.exists(new RunFolder(run).recipe())) {
                words.addAll(List.of("--resume", run.toString()));
            }
            mustWork(words, trial);
            Result result = measured(command, new RunFolder(run));
            result.write(file(trial));
            return result;
        });
    }

    /** The result of a trial with its score on validation data. */
    Result validated(Trial trial) {
        Result result = trained(trial);
        if (result.validation() != null) {
            return result;
        }
        Result scored = result.withValidation(
                score(trial, result, "validation", task.block().validation()));
        scored.write(file(trial));
        return scored;
    }

    /** The result of a trial with its score on test data. */
    Result tested(Trial trial) {
        Result result = trained(trial);
        if (result.test() != null) {
            return result;
        }
        Result scored =
                result.withTest(score(trial, result, "test", task.block().test()));
        scored.write(file(trial));
        return scored;
    }

    private Path file(Trial trial) {
        return task.run(trial).resolveSibling(trial.id() + ".json");
    }

    private double score(Trial trial, Result result, String part, List<Path> data) {
        Metric metric = task.block().metric();
        if (!metric.needsData()) {
            return result.trainingLoss();
        }
        String out = mustWork(task.scoring(trial, part, data), trial).strip();
        JsonObject summary =
                JsonParser.parseString(out.substring(out.lastIndexOf('\n') + 1)).getAsJsonObject();
        return summary.get(metric == Metric.ACCURACY ? "accuracy" : "loss").getAsDouble();
    }

    private String mustWork(List<String> words, Trial trial) {
        Path log = task.run(trial).resolveSibling(trial.id() + ".log");
        Program.Outcome outcome = program.run(words, log);
        if (outcome.code() == 0) {
            return outcome.out();
        }
        String what = trial.id() + " ended with exit code " + outcome.code() + "; its words are in " + log
                + ". The same command of the comparison goes on from here";
        if (outcome.code() == 2) {
            throw new InvalidInput("trial", what);
        }
        throw new IllegalStateException(what);
    }

    private static Result measured(List<String> command, RunFolder run) {
        RunFigures figures = RunFigures.of(run);
        return new Result(
                command, figures.parameters(), figures.seconds(), figures.peakBytes(), figures.lastLoss(), null, null);
    }
}
