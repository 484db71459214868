package org.moslora.tuning;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.image.PixelLimits;
import org.moslora.examples.text.BoxHandling;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.generation.LanguageModelRunner;
import org.moslora.generation.PromptCost;
import org.moslora.generation.PromptLimits;
import org.moslora.generation.TorchLanguageModelRunner;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.llama.Backbone;
import org.moslora.llama.BackboneFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;

/**
 * A model with its adapters and its way of spelling conversations, ready to be asked.
 *
 * @param runner the base with the adapters on, on whatever engine
 * @param limits what it can be asked
 * @param processor template, tokenizer, pictures
 * @param files what lets the base go
 */
public record LoadedModel(LanguageModelRunner runner, PromptLimits limits, Processor processor, Runnable files)
        implements AutoCloseable {
    /**
     * Opens everything, to run on libtorch.
     *
     * @param choice how conversations are spelt; what it leaves open is what the adapter records, else a guess, which is
     *     told
     * @throws InvalidInput naming everything that is wrong with model and adapters
     */
    public static LoadedModel open(
            Path path, List<ScaledAdapter> adapters, Processor.Choice choice, Compute compute, Messages messages) {
        BackboneFolder folder = folder(path, adapters);
        try {
            LoadedModel loaded = of(folder, adapters, choice, compute, messages);
            return new LoadedModel(loaded.runner(), loaded.limits(), loaded.processor(), folder::close);
        } catch (InvalidInput invalid) {
            folder.close();
            throw invalid;
        }
    }

    /** The same for a folder that is open, and stays its owner's. */
    public static LoadedModel of(
            BackboneFolder folder,
            List<ScaledAdapter> adapters,
            Processor.Choice choice,
            Compute compute,
            Messages messages) {
        try (LoadedAdapters fixed = LoadedAdapters.open(adapters)) {
            Processor.Choice recorded = recorded(choice, fixed);
            Processor processor = Processor.of(folder, recorded, messages);
            Backbone model = folder.build(fixed, compute);
            fixed.attach(model.arena(), compute);
            FrozenTensors.release(folder.weights(), compute);
            return new LoadedModel(new TorchLanguageModelRunner(model), limits(folder, compute), processor, () -> {});
        }
    }

    /** What can be asked of a model; on a GPU it is not the machine's memory that counts. */
    public static PromptLimits limits(BackboneFolder folder, Compute compute) {
        PromptCost cost = compute.device().isGpu()
                ? PromptCost.UNKNOWN
                : PromptCost.ofTorch(folder.text(), compute.precision().bytes());
        return new PromptLimits(folder.text(), cost);
    }

    /** Tells the model's problems and the adapters' together. */
    private static BackboneFolder folder(Path path, List<ScaledAdapter> adapters) {
        try {
            return ModelFolders.open(path);
        } catch (InvalidInput invalid) {
            Problems problems = new Problems();
            problems.addAll(invalid);
            problems.collect(() -> LoadedAdapters.open(adapters).close());
            problems.throwIfAny();
            throw invalid;
        }
    }

    /** What a choice leaves open is what the first adapter says that says anything. */
    public static Processor.Choice recorded(Processor.Choice choice, LoadedAdapters fixed) {
        return choice.or(template(fixed), aspect(fixed), pixels(fixed), boxes(fixed));
    }

    private static @Nullable ChatTemplate template(LoadedAdapters fixed) {
        String recorded = fixed.said("template");
        return recorded == null ? null : ChatTemplate.named("template", recorded);
    }

    private static @Nullable ImageAspect aspect(LoadedAdapters fixed) {
        String recorded = fixed.said("image_aspect");
        return recorded == null ? null : ImageAspect.named("image_aspect", recorded);
    }

    private static PixelLimits pixels(LoadedAdapters fixed) {
        String recorded = fixed.said("image_pixels");
        return recorded == null ? PixelLimits.NONE : PixelLimits.named("image_pixels", recorded);
    }

    private static @Nullable BoxHandling boxes(LoadedAdapters fixed) {
        String recorded = fixed.said("boxes");
        return recorded == null ? null : BoxHandling.named("boxes", recorded);
    }

    @Override
    public void close() {
        runner.close();
        processor.close();
        files.run();
    }
}
