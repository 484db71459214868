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
 * @param images the pictures of validation and test data; null if there are none
 * @param subsets files with fewer rows, by their number
 * @param device the recipe's; null where it names none
 * @param threads of one operator
 */
record Task(
        Path recipe,
        List<String> overrides,
        CompareBlock block,
        Path output,
        Path model,
        @Nullable Path images,
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

    /** What a trained trial is asked as: the model that it left, or the base with its adapter. */
    private List<String> trained(Trial trial) {
        RunFolder run = new RunFolder(run(trial));
        return Files.isDirectory(run.model())
                ? List.of("--model", run.model().toString())
                : List.of("--model", model.toString(), "--adapter", run.path().toString());
    }

    /** The command that scores a trial. */
    List<String> scoring(Trial trial, String part, List<Path> data) {
        List<String> words = new ArrayList<>(List.of("evaluate"));
        words.addAll(trained(trial));
        data.forEach(file -> words.addAll(List.of("--data", file.toString())));
        if (images != null) {
            words.addAll(List.of("--images", images.toString()));
        }
        if (device != null) {
            words.addAll(List.of("--device", device));
        }
        Path scores = run(trial).resolveSibling(trial.id() + "-" + part + ".jsonl");
        words.addAll(List.of("--out", scores.toString(), "--threads", Integer.toString(threads), "--quiet"));
        if (block.metric() == Metric.ACCURACY) {
            words.addAll(List.of("--answers", "--max-new-tokens", Integer.toString(block.maxNewTokens())));
        }
        return words;
    }
}
