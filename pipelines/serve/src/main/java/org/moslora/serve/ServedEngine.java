package org.moslora.serve;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.moslora.adapters.HotSwappedAdapters;
import org.moslora.generation.LanguageModelRunner;
import org.moslora.generation.TorchLanguageModelRunner;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.TorchPictures;
import org.moslora.layers.Compute;
import org.moslora.llama.Backbone;
import org.moslora.llama.BackboneFolder;
import org.moslora.models.ModelOnDisk;
import org.moslora.onnx.engine.OnnxLanguageModelFolder;
import org.moslora.onnx.engine.OnnxLanguageModelRunner;
import org.moslora.onnx.engine.OnnxPictures;
import org.moslora.onnx.session.RunSettings;
import org.moslora.problems.Messages;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.ModelFolders;
import org.moslora.tuning.Processor;

/** What models run on. */
public sealed interface ServedEngine {
    /** libtorch, started, on a model's own folder. */
    record Torch(Compute compute) implements ServedEngine {
        @Override
        public boolean paints(Path model) {
            return ModelOnDisk.isDiffusion(model);
        }

        @Override
        public ServedImageGenerator painter(String name, Path model, Messages messages) {
            ImageModel files = ImageModel.open(model, null, null, messages);
            return new ServedImageGenerator(name, new TorchPictures(files, compute), fitting(model));
        }

        @Override
        public ServedLanguageModel speaker(String name, Path model, Processor.Choice choice, Messages messages) {
            BackboneFolder folder = ModelFolders.open(model);
            HotSwappedAdapters switched = new HotSwappedAdapters(Integer.MAX_VALUE);
            Backbone backbone = folder.build(switched, compute);
            LanguageModelRunner runner = new TorchLanguageModelRunner(backbone);
            return new ServedLanguageModel(
                    name,
                    new ServedLanguageModel.Switching(runner, adapters -> switched.use(adapters, compute), () -> {
                        switched.close();
                        runner.close();
                        folder.close();
                    }),
                    LoadedModel.limits(folder, compute),
                    said -> Processor.of(folder, said, messages),
                    choice,
                    fitting(model));
        }

        private static Fitting fitting(Path model) {
            try (ModelOnDisk disk = ModelOnDisk.open(model)) {
                return Fitting.torch(disk.sites(), disk.projector());
            }
        }
    }

    /** ONNX Runtime, on an exported folder. */
    record Onnx(RunSettings settings) implements ServedEngine {
        private static final List<String> LANGUAGE = List.of("model.", "vision_tower.", "multi_modal_projector.");
        private static final List<String> PICTURES =
                List.of("unet.", "transformer.", "text_encoder.", "text_encoder_2.");

        @Override
        public boolean paints(Path model) {
            return Files.exists(model.resolve("model_index.json"));
        }

        @Override
        public ServedImageGenerator painter(String name, Path model, Messages messages) {
            Set<String> graphs = Set.of("unet", "transformer", "text_encoder", "text_encoder_2");
            return new ServedImageGenerator(
                    name, OnnxPictures.open(model, settings, messages), Fitting.onnx(graphs, PICTURES));
        }

        @Override
        public ServedLanguageModel speaker(String name, Path model, Processor.Choice choice, Messages messages) {
            OnnxLanguageModelFolder folder = OnnxLanguageModelFolder.open(model);
            OnnxLanguageModelRunner runner = OnnxLanguageModelRunner.open(folder, List.of(), settings);
            return new ServedLanguageModel(
                    name,
                    new ServedLanguageModel.Switching(runner, runner::use, runner::close),
                    folder.limits(settings),
                    said -> Processor.of(folder.path(), folder.text(), folder.seeing(), said, messages),
                    choice,
                    Fitting.onnx(folder.graphs().keySet(), LANGUAGE));
        }
    }

    /** Whether a folder is a model that makes pictures. */
    boolean paints(Path model);

    /** Opens a model that makes pictures. */
    ServedImageGenerator painter(String name, Path model, Messages messages);

    /** Loads a model that converses. */
    ServedLanguageModel speaker(String name, Path model, Processor.Choice choice, Messages messages);

    /**
     * Opens a model of either kind.
     *
     * @param choice how conversations are spelt, where the model or an adapter does not say
     * @throws org.moslora.problems.InvalidInput with everything that is wrong with it
     */
    default ServedModel open(String name, Path model, Processor.Choice choice, Messages messages) {
        return paints(model) ? painter(name, model, messages) : speaker(name, model, choice, messages);
    }
}
