package org.moslora.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.out.OutputPlace;
import org.moslora.tuning.AnswerMatch;
import org.moslora.tuning.AnswerOptions;
import org.moslora.tuning.Evaluation;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.TuningDataBlock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code moslora evaluate}. */
@Command(
        name = "evaluate",
        description = "Score a model on conversations: losses, and answers with --answers.",
        mixinStandardHelpOptions = true)
final class EvaluateVerb implements Runnable {
    @ParentCommand
    private @Nullable MosloraCli program;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--data", required = true, paramLabel = "D.json", description = "Conversation files.")
    private List<Path> data = List.of();

    @Option(names = "--images", paramLabel = "DIR", description = "The folder of their pictures.")
    private @Nullable Path images;

    @Option(names = "--out", required = true, paramLabel = "SCORES.jsonl", description = "A line a conversation.")
    private Path out = Path.of("");

    @Option(names = "--answers", description = "Answer every turn and compare.")
    private boolean answers;

    @Option(names = "--max-new-tokens", defaultValue = "64", paramLabel = "N", description = "Of an answer.")
    private int maxNewTokens = 64;

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "Answer, and score as vqa (exact match), boolq, piqa, social_i_qa, hellaswag, winogrande,"
                    + " ARC-Easy, ARC-Challenge or openbookqa do.")
    private @Nullable String task;

    @Option(
            names = "--beams",
            defaultValue = "1",
            paramLabel = "N",
            description = "Answers followed at a time; 1 is greedy, 4 is what the paper's scores were made with.")
    private int beams = 1;

    @Override
    public void run() {
        AnswerOptions options = asking();
        OutputPlace.rows(out, data, inputs(), Evaluation::isOwnFile).during(() -> score(options));
    }

    private @Nullable AnswerOptions asking() {
        AnswerMatch judge = task == null ? AnswerMatch.VQA : AnswerMatch.named("--task", task);
        if (maxNewTokens < 1 || beams < 1) {
            throw new InvalidInput(
                    maxNewTokens < 1 ? "--max-new-tokens" : "--beams",
                    "must be at least 1, got " + Math.min(maxNewTokens, beams));
        }
        return answers || task != null ? new AnswerOptions(judge, maxNewTokens, beams) : null;
    }

    /** Model and data for another machine that shares this evaluation. */
    SharedWork.Scoring shared() {
        model.mustNameEngine();
        LoadedModel loaded = opened();
        try {
            return new SharedWork.Scoring(loaded, new Evaluation(loaded, true).session(data, asking()));
        } catch (RuntimeException wrong) {
            loaded.close();
            throw wrong;
        }
    }

    private LoadedModel opened() {
        return model.open(
                images == null ? data.get(0).toAbsolutePath().getParent() : images,
                TuningDataBlock.usual(null, data),
                !answers && task == null);
    }

    private List<Path> inputs() {
        List<Path> inputs = new ArrayList<>(model.inputs());
        if (images != null) {
            inputs.add(images);
        }
        return inputs;
    }

    private void score(@Nullable AnswerOptions options) {
        try (LoadedModel loaded = opened()) {
            Evaluation evaluation = new Evaluation(loaded, model.quiet());
            Printed.line(spec, Crew.of(program).score(evaluation, data, out, options));
        }
    }
}
