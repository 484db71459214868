package org.moslora.app;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.tuning.Evaluation;
import org.moslora.tuning.LoadedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code moslora evaluate}. */
@Command(
        name = "evaluate",
        description = "Score a model on conversations: losses, and answers with --answers.",
        mixinStandardHelpOptions = true)
final class EvaluateVerb implements Runnable {
    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--data", required = true, paramLabel = "D.json", description = "Conversation files.")
    private List<Path> data = List.of();

    @Option(names = "--images", paramLabel = "DIR", description = "The folder of their pictures.")
    private @Nullable Path images;

    @Option(names = "--out", required = true, paramLabel = "SCORES.jsonl", description = "A line a conversation.")
    private Path out = Path.of("");

    @Option(names = "--answers", description = "Answer every turn greedily and compare.")
    private boolean answers;

    @Option(names = "--max-new-tokens", defaultValue = "64", paramLabel = "N", description = "Of an answer.")
    private int maxNewTokens = 64;

    @Option(names = "--task", paramLabel = "NAME", description = "vqa: exact match of answers.")
    private @Nullable String task;

    @Override
    public void run() {
        if (task != null && !task.equals("vqa")) {
            throw new InvalidInput("--task", "no task \"" + task + "\"; known: vqa");
        }
        if (maxNewTokens < 1) {
            throw new InvalidInput("--max-new-tokens", "must be at least 1, got " + maxNewTokens);
        }
        try (LoadedModel loaded =
                model.open(images == null ? data.get(0).toAbsolutePath().getParent() : images)) {
            Evaluation evaluation = new Evaluation(loaded, model.quiet());
            System.out.println(evaluation.run(data, out, answers || task != null ? maxNewTokens : 0));
        }
    }
}
