package org.moslora.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.generation.batch.BatchGeneration;
import org.moslora.generation.batch.BatchRequest;
import org.moslora.generation.batch.PromptSource;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Precision;
import org.moslora.problems.InvalidInput;
import org.moslora.tuning.Messages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code moslora generate}. */
@Command(
        name = "generate",
        description = "Paint pictures of one prompt or of a file of them, with adapters.",
        mixinStandardHelpOptions = true)
final class GenerateVerb implements Runnable {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "M",
            description = "A Stable Diffusion folder or single-file checkpoint.")
    private Path model = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder for the pictures.")
    private Path out = Path.of("");

    @Option(names = "--prompt", paramLabel = "P", description = "What is to be seen.")
    private @Nullable String prompt;

    @Option(names = "--prompts", paramLabel = "FILE", description = "A prompt a line, or .jsonl.")
    private @Nullable Path prompts;

    @Option(names = "--from-image", paramLabel = "FILE.png", description = "Make a picture again.")
    private @Nullable Path fromImage;

    @Mixin
    private PictureOptions options = new PictureOptions();

    @Option(names = "--batch", paramLabel = "B", description = "Pictures of one pass.")
    private @Nullable Integer batch;

    @Option(names = "--grid", description = "Put all pictures side by side, too.")
    private boolean grid;

    @Option(names = "--tokenizer", paramLabel = "DIR", description = "Of a single-file checkpoint, which holds none.")
    private @Nullable Path tokenizer;

    @Option(names = "--prediction", paramLabel = "epsilon|v", description = "What the model predicts, the same way.")
    private @Nullable String prediction;

    @Option(names = "--device", defaultValue = "cpu", paramLabel = "D", description = "cpu, cuda or cuda:N.")
    private String device = "cpu";

    @Option(names = "--precision", defaultValue = "fp32", description = "fp32 or bf16.")
    private Precision precision = Precision.FP32;

    @Option(names = "--threads", paramLabel = "N", description = "Default: OMP_NUM_THREADS, else the cores.")
    private int threads = Engine.defaultThreads();

    @Option(names = "--quiet", description = "No progress and no remarks.")
    private boolean quiet;

    @Override
    public void run() {
        if (batch != null && batch < 1) {
            throw new InvalidInput("--batch", "must be at least 1, got " + batch);
        }
        PromptSource source = source();
        Engine.start(Math.max(1, threads));
        BatchRequest request = new BatchRequest(
                model,
                source,
                options.parsed(),
                out,
                batch == null ? 0 : batch,
                grid,
                tokenizer,
                prediction == null ? null : Prediction.named("--prediction", prediction),
                new Compute(Engine.device(device), precision),
                quiet);
        new BatchGeneration(request, Messages.stderr(quiet)::tell).run();
    }

    private PromptSource source() {
        List<PromptSource> given = new ArrayList<>();
        if (prompt != null) {
            given.add(new PromptSource.Text(prompt));
        }
        if (prompts != null) {
            given.add(new PromptSource.Lines(prompts));
        }
        if (fromImage != null) {
            given.add(new PromptSource.FromPicture(fromImage));
        }
        if (given.size() != 1) {
            throw new InvalidInput("generate", "give one of --prompt, --prompts and --from-image");
        }
        return given.get(0);
    }
}
