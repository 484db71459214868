package org.moslora.app;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Precision;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.Messages;
import org.moslora.tuning.Spelling;
import picocli.CommandLine.Option;

/** Options of the verbs that run a model. */
final class ModelOptions {
    @Option(names = "--model", required = true, paramLabel = "M", description = "A Hugging Face model folder.")
    private Path model = Path.of("");

    @Option(
            names = "--adapter",
            paramLabel = "A[:scale]",
            description = "An adapter folder or run folder; may be given several times.")
    private List<String> adapters = List.of();

    @Option(
            names = "--template",
            paramLabel = "NAME",
            description = "vicuna_v1, llama3, chatml, plain, alpaca or commonsense.")
    private @Nullable String template;

    @Option(names = "--image-aspect", paramLabel = "pad|crop", description = "How pictures are made square.")
    private @Nullable String aspect;

    @Option(names = "--device", defaultValue = "cpu", paramLabel = "D", description = "cpu, cuda or cuda:N.")
    private String device = "cpu";

    @Option(names = "--precision", defaultValue = "fp32", description = "fp32 or bf16.")
    private Precision precision = Precision.FP32;

    @Option(names = "--threads", paramLabel = "N", description = "Default: OMP_NUM_THREADS, else the cores.")
    private int threads = Engine.defaultThreads();

    @Option(names = "--quiet", description = "No progress and no remarks.")
    private boolean quiet;

    /**
     * Starts the engine and opens model and adapters.
     *
     * @param usual the template that goes with the data; null if none does
     */
    LoadedModel open(@Nullable Path images, @Nullable ChatTemplate usual) {
        Engine.start(Math.max(1, threads));
        Compute compute = new Compute(Engine.device(device), precision);
        return LoadedModel.open(
                model,
                adapters.stream().map(ScaledAdapter::parse).toList(),
                Spelling.Choice.of(
                        template == null ? null : ChatTemplate.named("--template", template),
                        usual,
                        aspect == null ? null : ImageAspect.named("--image-aspect", aspect),
                        images == null ? Path.of("") : images),
                compute,
                messages());
    }

    boolean quiet() {
        return quiet;
    }

    Messages messages() {
        return Messages.stderr(quiet);
    }
}
