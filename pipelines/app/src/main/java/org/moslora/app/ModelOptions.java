package org.moslora.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.app.engine.ChosenLanguageModel;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.models.NewFolder;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.onnx.engine.OnnxLanguageModelFolder;
import org.moslora.onnx.engine.OnnxLanguageModelRunner;
import org.moslora.onnx.session.RunSettings;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.Processor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the verbs that run a model. */
final class ModelOptions {
    @Option(
            names = "--model",
            converter = ModelPath.class,
            required = true,
            paramLabel = "M",
            description = "A Hugging Face model folder; with --engine onnx an exported one.")
    private Path model = Path.of("");

    @Option(
            names = "--adapter",
            paramLabel = "A[:scale]",
            description = "An adapter folder or run folder; may be given several times.")
    private List<String> adapters = List.of();

    @Option(
            names = "--template",
            paramLabel = "NAME",
            description = "vicuna_v1, llama3, chatml, qwen2_vl, gemma, mistral, plain, alpaca or commonsense.")
    private @Nullable String template;

    @Option(names = "--image-aspect", paramLabel = "pad|crop", description = "How pictures are made square.")
    private @Nullable String aspect;

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

    /** What is read: the model and its adapters. */
    List<Path> inputs() {
        return NewFolder.inputs(
                model, adapters.stream().map(ScaledAdapter::parse).toList());
    }

    /** @throws InvalidInput if each process of a job in parts would choose its engine by itself */
    void mustNameEngine() {
        engine.mustBeNamed();
    }

    /**
     * Starts the engine and opens model and adapters.
     *
     * @param usual the template that goes with the data; null if none does
     * @param scoring whether texts are to be scored; otherwise they are answered
     */
    LoadedModel open(@Nullable Path images, @Nullable ChatTemplate usual, boolean scoring) {
        List<ScaledAdapter> parsed = adapters.stream().map(ScaledAdapter::parse).toList();
        Processor.Choice choice = Processor.Choice.of(
                template == null ? null : ChatTemplate.named("--template", template),
                usual,
                aspect == null ? null : ImageAspect.named("--image-aspect", aspect),
                images == null ? Path.of("") : images);
        if (engine == EngineName.AUTO && compute.isPlain()) {
            return new ChosenLanguageModel(model, parsed, choice, scoring, compute.threads()).open(messages());
        }
        if (engine == EngineName.ONNX) {
            return exported(parsed, choice, compute.onnx());
        }
        return LoadedModel.open(model, parsed, choice, compute.torch(), messages());
    }

    private LoadedModel exported(List<ScaledAdapter> parsed, Processor.Choice choice, RunSettings settings) {
        OnnxLanguageModelFolder folder = OnnxLanguageModelFolder.open(model);
        List<ScaledAdapter> readable = parsed.stream()
                .filter(adapter -> !GraphAdapters.isOne(adapter.path()))
                .toList();
        Processor.Choice recorded;
        try (LoadedAdapters loaded = LoadedAdapters.open(readable)) {
            recorded = LoadedModel.recorded(choice, loaded);
        }
        Processor processor = Processor.of(folder.path(), folder.text(), folder.seeing(), recorded, messages());
        try {
            return new LoadedModel(
                    OnnxLanguageModelRunner.open(folder, parsed, settings),
                    folder.limits(settings),
                    processor,
                    () -> {});
        } catch (InvalidInput wrong) {
            processor.close();
            throw wrong;
        }
    }

    /** What answers, as it is written down: the model, then its adapters. */
    List<String> names() {
        List<String> names = new ArrayList<>(List.of(model.toString()));
        names.addAll(adapters);
        return names;
    }

    boolean quiet() {
        return quiet;
    }

    Messages messages() {
        return Messages.stderr(quiet);
    }
}
