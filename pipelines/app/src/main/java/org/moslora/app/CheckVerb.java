package org.moslora.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.compare.Comparison;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.Writable;
import org.moslora.training.RunRequest;
import org.moslora.tuning.DataCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moslora check}. */
@Command(
        name = "check",
        description = "Look at recipe, model, data and pictures and report everything wrong, without training.",
        mixinStandardHelpOptions = true)
final class CheckVerb implements Runnable {
    @Parameters(arity = "0..*", paramLabel = "RECIPE.yaml [key=value ...]", description = "What to check.")
    private List<String> given = List.of();

    @Option(names = "--data", paramLabel = "D.json", description = "Conversations alone, without a recipe.")
    private List<Path> data = List.of();

    @Option(names = "--images", paramLabel = "DIR", description = "The folder of their pictures.")
    private @Nullable Path images;

    @Option(names = "--deep", description = "Decode every picture.")
    private boolean deep;

    @Option(names = "--report", paramLabel = "FILE", description = "Write what is found as JSON.")
    private @Nullable Path report;

    @Option(names = "--quiet", description = "Errors only.")
    private boolean quiet;

    @Override
    public void run() {
        if (report != null) {
            Writable.file("--report " + report, report);
        }
        if (!data.isEmpty()) {
            DataCheck.run(new ArrayList<>(data), images, deep, report, Messages.stderr(quiet));
            return;
        }
        RunRequest request = TrainVerb.request(given, null, null, null, 1, quiet);
        Path recipe = request.recipe();
        if (recipe == null) {
            throw new InvalidInput("check", "name a recipe, or --data and --images");
        }
        Pipelines.of(recipe, request.overrides()).check(common(request, recipe), deep, report);
    }

    /** The request itself, or, where a recipe compares, what all its trials have in common. */
    private static RunRequest common(RunRequest request, Path recipe) {
        if (!Comparison.isAskedBy(recipe, request.overrides())) {
            return request;
        }
        List<String> overrides =
                Comparison.check(recipe, request.overrides(), request.workingFolder(), new OwnProgram(request));
        return new RunRequest(
                recipe, overrides, request.workingFolder(), request.resume(), request.threads(), request.quiet());
    }
}
