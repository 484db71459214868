package org.moslora.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.console.recipe.Bound;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.Finding;
import org.moslora.llava.LlavaFolder;
import org.moslora.llava.LlavaNames;
import org.moslora.problems.Problems;
import org.moslora.training.RunFolder;

/** Reads all that a training would read and reports everything wrong at once. */
final class TuningCheck {
    private TuningCheck() {}

    static void run(Bound<TuningRecipe> bound, boolean deep, @Nullable Path report, Messages messages) {
        TuningRecipe recipe = bound.recipe();
        Problems problems = new Problems();
        problems.collect(() -> {
            try (LlavaFolder folder = LlavaFolder.open(recipe.model())) {
                problems.collect(() -> new Plans(recipe).adapters().check(LlavaNames.linears(folder.config())));
                problems.collect(() -> data(recipe, folder, deep, report, messages, problems));
            }
        });
        starts(recipe, problems);
        problems.collect(() -> new RunFolder(recipe.output()).mustBeNew());
        problems.throwIfAny();
        messages.tell("nothing wrong");
    }

    private static void data(
            TuningRecipe recipe,
            LlavaFolder folder,
            boolean deep,
            @Nullable Path report,
            Messages messages,
            Problems problems) {
        try (Spelling spelling = TuningParts.spelling(recipe, folder, messages)) {
            ConversationRows read = ConversationFiles.read(
                    recipe.data().conversations(), recipe.data().format());
            List<Finding> findings = new ArrayList<>(read.findings());
            findings.addAll(TuningData.measure(read, spelling, deep).findings());
            messages.tell(read.total() + " conversations, " + findings.size() + " findings");
            DataCheck.report(findings, report, messages, problems);
        }
    }

    private static void starts(TuningRecipe recipe, Problems problems) {
        new Plans(recipe)
                .starts()
                .paths()
                .forEach(from -> problems.collect(() -> AdapterFile.open(from).close()));
    }
}
