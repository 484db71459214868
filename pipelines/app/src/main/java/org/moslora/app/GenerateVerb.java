package org.moslora.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.app.engine.ChosenEngine;
import org.moslora.app.engine.KeptEngine;
import org.moslora.console.progress.ExitCode;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.generation.batch.BatchGeneration;
import org.moslora.generation.batch.BatchRequest;
import org.moslora.generation.batch.BatchSession;
import org.moslora.generation.batch.BatchSummary;
import org.moslora.generation.batch.PromptSource;
import org.moslora.generation.batch.Shard;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.TorchPictures;
import org.moslora.layers.Compute;
import org.moslora.onnx.engine.OnnxPictures;
import org.moslora.onnx.session.RunSettings;
import org.moslora.pictures.FailedRows;
import org.moslora.pictures.Options;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code moslora generate}. */
@Command(
        name = "generate",
        description = "Paint pictures of one prompt or of a file of them, with adapters.",
        mixinStandardHelpOptions = true)
final class GenerateVerb implements Callable<Integer> {
    @ParentCommand
    private @Nullable MosloraCli program;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--model",
            converter = ModelPath.class,
            required = true,
            paramLabel = "M",
            description = "A Stable Diffusion folder or single-file checkpoint; with --engine onnx an exported folder.")
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

    @Option(
            names = "--tokenizer",
            paramLabel = "DIR",
            description =
                    "Of a single-file checkpoint, which holds none; of a transformer in one, the folder with all else.")
    private @Nullable Path tokenizer;

    @Option(names = "--prediction", paramLabel = "epsilon|v", description = "What the model predicts, the same way.")
    private @Nullable String prediction;

    @Option(names = "--shard", defaultValue = "1/1", paramLabel = "i/n", description = "Only one of n equal parts.")
    private String shard = "1/1";

    @Option(names = "--retry", description = "Try again what failed.jsonl lists.")
    private boolean retry;

    @Option(
            names = "--engine",
            defaultValue = "torch",
            paramLabel = "E",
            description = "torch, onnx, or auto: the faster one.")
    private EngineName engine = EngineName.TORCH;

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Option(names = "--quiet", description = "No progress and no remarks.")
    private boolean quiet;

    @Override
    public Integer call() {
        if (batch != null && batch < 1) {
            throw new InvalidInput("--batch", "must be at least 1, got " + batch);
        }
        Options given = options.parsed();
        OutputInputs.mustBeApart(out, model, given, Stream.of(prompts, fromImage));
        BatchSummary summary = Crew.of(program).paint(generation(given));
        Printed.line(spec, summary.json());
        if (summary.failed() == 0) {
            return ExitCode.DONE.number();
        }
        System.err.println("error: " + summary.failed() + " of " + summary.pictures() + " pictures failed; "
                + out.resolve(FailedRows.NAME) + " says why, --retry tries them again");
        return ExitCode.FAILED.number();
    }

    /** For another machine that shares this call. */
    BatchSession shared() {
        return generation(options.parsed()).session();
    }

    /** What is to be painted, and on which model. */
    private BatchGeneration generation(Options given) {
        BatchRequest request = new BatchRequest(
                source(), given, out, batch == null ? 0 : batch, grid, Shard.parse(shard), retry, quiet);
        return new BatchGeneration(request, opening(given), Messages.stderr(quiet));
    }

    private PictureRunner.Opening opening(Options given) {
        if (!isAlone()) {
            engine.mustBeNamed();
        }
        if (engine == EngineName.AUTO && tokenizer == null && prediction == null && compute.isPlain()) {
            Optional<String> kept = fromImage == null ? KeptEngine.of(out) : KeptEngine.ofPicture(fromImage);
            return ChosenEngine.of(model, kept, given, compute.threads());
        }
        if (engine == EngineName.ONNX) {
            engine.refuse(tokenizer != null, "--tokenizer");
            engine.refuse(prediction != null, "--prediction");
            RunSettings settings = compute.onnx();
            return told -> OnnxPictures.open(model, settings, told);
        }
        Prediction predicts = prediction == null ? null : Prediction.named("--prediction", prediction);
        return told -> {
            Compute torch = compute.torch();
            return new TorchPictures(ImageModel.open(model, tokenizer, predicts, told), torch);
        };
    }

    /** Whether all pictures of the call are painted by this process. */
    private boolean isAlone() {
        return Shard.parse(shard).equals(Shard.WHOLE) && Crew.of(program) == Crew.OWN;
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
