package org.moslora.tuning;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.datasets.ConversationRow;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.Finding;
import org.moslora.examples.text.Conversation;
import org.moslora.layers.Engine;
import org.moslora.llama.BackboneFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.NonFinite;
import org.moslora.training.RunFolder;
import org.moslora.training.TrainingListener;

/** Reads all that a training would read and reports everything wrong at once. */
final class TuningCheck {
    private final TuningRecipe recipe;
    private final TrainingListener listener;
    private final Problems problems = new Problems();

    private TuningCheck(TuningRecipe recipe, TrainingListener listener) {
        this.recipe = recipe;
        this.listener = listener;
    }

    /**
     * Checks recipe, model, data and pictures.
     *
     * @param deep whether to decode every picture
     * @param report where to write what was found as JSON, or null
     * @throws InvalidInput with everything that is wrong
     */
    static void run(TuningRecipe recipe, boolean deep, @Nullable Path report, TrainingListener listener) {
        TuningCheck check = new TuningCheck(recipe, listener);
        Device device = check.problems.collect(() -> Engine.device(recipe.device()));
        check.problems.collect(() -> check.model(device, deep, report));
        recipe.trained()
                .starts()
                .paths()
                .forEach(from ->
                        check.problems.collect(() -> AdapterFile.open(from).close()));
        check.problems.collect(() -> new RunFolder(recipe.output()).mustBeNew());
        check.problems.throwIfAny();
        listener.tell("nothing wrong");
    }

    private void model(@Nullable Device device, boolean deep, @Nullable Path report) {
        try (BackboneFolder folder = recipe.open()) {
            if (deep) {
                problems.collect(() -> NonFinite.refuse(folder.weights()));
            }
            // Without max_steps the number of steps is not known before the data is.
            int steps = recipe.training().steps(Integer.MAX_VALUE);
            problems.collect(() ->
                    recipe.trained().plan().over(steps).check(folder.sites().values()));
            problems.collect(() -> data(folder, device, deep, report));
        }
    }

    private void data(BackboneFolder folder, @Nullable Device device, boolean deep, @Nullable Path report) {
        try (Processor processor = Processor.of(folder, recipe.data().spelling(), listener::tell)) {
            TuningRows sets = TuningRows.read(recipe);
            ConversationRows read = sets.rows();
            List<Finding> findings = new ArrayList<>(read.findings());
            TuningData.Measured measured = TuningData.measure(read, processor, deep);
            findings.addAll(measured.findings());
            MemoryEstimate estimate = MemoryEstimate.of(
                    recipe, folder, measured.longest(), measured.mostPictures(), measured.largestPicture());
            if (device != null) {
                estimate.tell(device, listener::tell);
            }
            listener.tell(read.total() + " conversations, " + findings.size() + " findings");
            RowTokens tokens = new RowTokens(read, measured.lengths());
            tokens.tell(listener::tell);
            processor.boxCheck().tell(read, listener::tell);
            tokens.write(report, problems);
            DataCheck.report(findings, report, listener::tell, problems);
            listener.estimated(estimate.over(steps(sets, measured)));
        }
    }

    /** How many there will be, with what is held back and how often rows come. */
    private int steps(TuningRows sets, TuningData.Measured measured) {
        List<Conversation> good = sets.rows().rows().stream()
                .map(ConversationRow::conversation)
                .filter(measured.lengths()::containsKey)
                .toList();
        TuningData.Split split =
                good.isEmpty() ? null : problems.collect(() -> TuningData.Split.of(good, recipe.validation()));
        int epoch = split == null
                ? 0
                : TrainingSetup.plan(recipe, measured.lengths(split.kept()), sets.weights(split.kept()))
                        .stepsPerEpoch();
        return recipe.training().steps(epoch);
    }
}
