package org.moslora.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.serve.Listening;
import org.moslora.serve.ModelService;
import org.moslora.serve.ServedEngine;
import org.moslora.serve.ServedModels;
import org.moslora.tuning.Processor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code moslora serve}. */
@Command(
        name = "serve",
        description = "Answer and paint over HTTP in OpenAI's protocol; prints its URL and runs until told to end.",
        mixinStandardHelpOptions = true)
final class ServeVerb implements Runnable {
    private static final String KEY = "MOSLORA_KEY";
    private static final int USUAL_PORT = 8080;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--model",
            converter = ModelPath.class,
            required = true,
            paramLabel = "M",
            description = "A model folder, with --engine onnx an exported one; may be given several times."
                    + " Requests call it by its last part.")
    private List<Path> models = List.of();

    @Option(
            names = "--adapters",
            paramLabel = "DIR",
            description = "A folder of adapters; \"model\": \"BASE:ADAPTER\" or \"BASE:ADAPTER:SCALE\" takes one.")
    private @Nullable Path adapters;

    @Option(names = "--engine", defaultValue = "torch", paramLabel = "E", description = "torch or onnx.")
    private EngineName engine = EngineName.TORCH;

    @Option(
            names = "--host",
            defaultValue = Listening.LOOPBACK,
            paramLabel = "H",
            description = "Default: ${DEFAULT-VALUE}.")
    private String host = Listening.LOOPBACK;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Default: 8080, or any free one where it is taken; 0: any.")
    private @Nullable Integer port;

    @Option(
            names = "--key",
            paramLabel = "K",
            description = "What requests must bring as bearers; default: MOSLORA_KEY.")
    private @Nullable String key;

    @Option(
            names = "--queue",
            defaultValue = "16",
            paramLabel = "N",
            description = "Requests that may wait; more get 429.")
    private int queue = 16;

    @Option(
            names = "--timeout",
            defaultValue = "600",
            paramLabel = "SECONDS",
            description = "How long one may take, waiting included.")
    private int timeout = 600;

    @Option(
            names = "--template",
            paramLabel = "NAME",
            description = "As with chat; default: what the adapter or the model says.")
    private @Nullable String template;

    @Option(names = "--image-aspect", paramLabel = "pad|crop", description = "How pictures are made square.")
    private @Nullable String aspect;

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Option(names = "--quiet", description = "No remarks.")
    private boolean quiet;

    @Override
    public void run() {
        if (timeout < 1) {
            throw new InvalidInput("--timeout", "must be at least 1, got " + timeout);
        }
        Processor.Choice choice = Processor.Choice.of(
                template == null ? null : ChatTemplate.named("--template", template),
                null,
                aspect == null ? null : ImageAspect.named("--image-aspect", aspect),
                Path.of(""));
        Listening listening = listening(port == null ? USUAL_PORT : port);
        ServedModels served = new ServedModels(models, adapters, engine(), choice, Messages.stderr(quiet));
        ModelService service = started(served, listening);
        Printed.line(spec, service.url());
        service.serve();
    }

    private Listening listening(int at) {
        String environment = System.getenv(KEY);
        String asked = key == null && environment != null && !environment.isEmpty() ? environment : key;
        return new Listening(host, at, asked, queue, Duration.ofSeconds(timeout));
    }

    /** Only a port that somebody asked for must be that one. */
    private ModelService started(ServedModels served, Listening listening) {
        boolean free = port != null || ModelService.isFree(listening);
        return ModelService.start(served, free ? listening : listening(0));
    }

    private ServedEngine engine() {
        engine.mustBeNamed();
        if (engine == EngineName.ONNX) {
            return new ServedEngine.Onnx(compute.onnx());
        }
        return new ServedEngine.Torch(compute.torch());
    }
}
