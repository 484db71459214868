package org.moslora.app;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.compare.Comparison;
import org.moslora.problems.InvalidInput;
import org.moslora.training.RunRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code moslora compare}. */
@Command(
        name = "compare",
        description = "Train several adapters on one task with the same budget; the same command goes on after a stop.",
        mixinStandardHelpOptions = true)
final class CompareVerb implements Runnable {
    @ParentCommand
    private @Nullable MosloraCli program;

    @Parameters(
            arity = "0..*",
            paramLabel = "RECIPE.yaml [key=value ...]",
            description = "A recipe with a compare block, and keys to override: compare.seeds=[0,1].")
    private List<String> given = List.of();

    @Mixin
    private ThreadOption threads = new ThreadOption();

    @Option(names = "--quiet", description = "No progress.")
    private boolean quiet;

    @Override
    public void run() {
        RunRequest request = TrainVerb.request(given, null, null, null, threads.count(), quiet);
        Path recipe = request.recipe();
        if (recipe == null) {
            throw new InvalidInput("compare", "name a recipe with a compare block");
        }
        Comparison.run(
                recipe,
                request.overrides(),
                request.workingFolder(),
                request.threads(),
                quiet,
                Crew.of(program).trials(request));
    }
}
