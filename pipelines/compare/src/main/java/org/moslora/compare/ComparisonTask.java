package org.moslora.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.training.RunFolder;

/**
 * What all trials have in common, and the command lines that follow from it.
 *
 * @param recipe the recipe file
 * @param overrides of the recipe, given for all trials
 * @param block what is varied
 * @param output the comparison's folder
 * @param model the base
 * @param subsets files with fewer rows, by their number
 * @param device the recipe's; null where it names none
 * @param threads of one operator
 */
record ComparisonTask(
        Path recipe,
        List<String> overrides,
        CompareBlock block,
        Path output,
        Path model,
        Map<Integer, Path> subsets,
        @Nullable String device,
        int threads) {
    /** The run folder of a trial. */
    Path run(Trial trial) {
        return output.resolve("trials").resolve(trial.id());
    }

    /** What a trial changes in the recipe. */
    List<String> changes(Trial trial) {
        List<String> changes = new ArrayList<>(overrides);
        changes.addAll(trial.overrides());
        Path subset = trial.rows() == null ? null : subsets.get(trial.rows());
        if (subset != null) {
            changes.add("data.conversations=" + subset);
        }
        changes.add("output=" + run(trial));
        return changes;
    }

    /** The command that trains a trial. */
    List<String> training(Trial trial) {
        List<String> words = new ArrayList<>(List.of("train", recipe.toString()));
        words.addAll(changes(trial));
        words.addAll(List.of("--threads", Integer.toString(threads), "--quiet"));
        return words;
    }

    /** A file or folder beside a trial's. */
    Path beside(Trial trial, String ending) {
        return run(trial).resolveSibling(trial.id() + ending);
    }

    /** What a trained trial is asked as: the model that it left, or the base with its adapter. */
    List<String> trained(Trial trial) {
        RunFolder run = new RunFolder(run(trial));
        return Files.isDirectory(run.model())
                ? List.of("--model", run.model().toString())
                : List.of("--model", model.toString(), "--adapter", run.path().toString());
    }

    /** With what all commands but training compute. */
    List<String> means() {
        List<String> words = new ArrayList<>();
        if (device != null) {
            words.addAll(List.of("--device", device));
        }
        words.addAll(List.of("--threads", Integer.toString(threads), "--quiet"));
        return words;
    }
}
