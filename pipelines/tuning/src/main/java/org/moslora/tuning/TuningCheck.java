package org.moslora.tuning;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.Finding;
import org.moslora.layers.Engine;
import org.moslora.llama.BackboneFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;
import org.moslora.tensors.NonFinite;
import org.moslora.training.RunFolder;

/** Reads all that a training would read and reports everything wrong at once. */
public final class TuningCheck {
    private final TuningRecipe recipe;
    private final Messages messages;
    private final Problems problems = new Problems();

    private TuningCheck(TuningRecipe recipe, Messages messages) {
        this.recipe = recipe;
        this.messages = messages;
    }

    /**
     * Checks recipe, model, data and pictures.
     *
     * @param deep whether to decode every picture
     * @param report where to write what was found as JSON, or null
     * @throws InvalidInput with everything that is wrong
     */
    public static void run(TuningRecipe recipe, boolean deep, @Nullable Path report, Messages messages) {
        TuningCheck check = new TuningCheck(recipe, messages);
        Device device = check.problems.collect(() -> Engine.device(recipe.device()));
        check.problems.collect(() -> check.model(device, deep, report));
        recipe.trained()
                .starts()
                .paths()
                .forEach(from ->
                        check.problems.collect(() -> AdapterFile.open(from).close()));
        check.problems.collect(() -> new RunFolder(recipe.output()).mustBeNew());
        check.problems.throwIfAny();
        messages.tell("nothing wrong");
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
        try (Processor spelling = Processor.of(folder, recipe.data().spelling(), messages)) {
            ConversationRows read = TuningRows.read(recipe).rows();
            List<Finding> findings = new ArrayList<>(read.findings());
            TuningData.Measured measured = TuningData.measure(read, spelling, deep);
            findings.addAll(measured.findings());
            if (device != null) {
                MemoryEstimate.of(recipe, folder, measured.longest(), measured.mostPictures())
                        .tell(device, messages);
            }
            messages.tell(read.total() + " conversations, " + findings.size() + " findings");
            RowTokens tokens = new RowTokens(read, measured.lengths());
            tokens.tell(messages);
            tokens.write(report, problems);
            DataCheck.report(findings, report, messages, problems);
        }
    }
}
