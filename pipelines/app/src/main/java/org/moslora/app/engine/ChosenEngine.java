package org.moslora.app.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.TorchPictures;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.onnx.engine.OnnxPictures;
import org.moslora.onnx.export.PictureExport;
import org.moslora.onnx.session.RunSettings;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.WeightSource;

/**
 * The engine that paints a job on the CPU in fp32: the one that its pictures name already, else the faster one by a short
 * measurement, which is made once for a model, a machine, a size and a number of threads.
 *
 * @param model the model's folder
 * @param kept the engine of the job's pictures, where there are some
 * @param width of its pictures in pixels, 0 for the model's own
 * @param height the same
 * @param adapters that all of its pictures have on
 * @param threads of an operator
 */
public record ChosenEngine(
        Path model, Optional<String> kept, int width, int height, List<ScaledAdapter> adapters, int threads)
        implements PictureRunner.Opening {
    private static final String TORCH = "torch";
    private static final String ONNX = "onnx";

    public ChosenEngine {
        adapters = List.copyOf(adapters);
    }

    /**
     * Of a call's pictures.
     *
     * @param options what holds for every prompt that says nothing else
     */
    public static ChosenEngine of(Path model, Optional<String> kept, Options options, int threads) {
        List<ScaledAdapter> adapters = options.get(Option.ADAPTERS, List.of()).stream()
                .map(use -> new ScaledAdapter(Path.of(use.path()), use.scale()))
                .toList();
        int width = options.get(Option.WIDTH, 0L).intValue();
        int height = options.get(Option.HEIGHT, 0L).intValue();
        return new ChosenEngine(model, kept, width, height, adapters, threads);
    }

    @Override
    public PictureRunner open(Messages messages) {
        Engine.start(threads);
        ImageModel files = ImageModel.open(model, null, null, messages);
        TorchPictures torch = new TorchPictures(files, Compute.cpu());
        try {
            return chosen(torch, files.files(), messages);
        } catch (RuntimeException | Error failed) {
            torch.close();
            throw failed;
        }
    }

    private PictureRunner chosen(TorchPictures torch, ImageModelFiles files, Messages messages) {
        PictureTraits traits = torch.traits();
        if (kept.isPresent() && !kept.get().equals(ONNX)) {
            messages.tell("engine: " + TORCH + ", as the pictures that are there");
            return new NamedPictures(torch, traits, TORCH);
        }
        String unfit = kept.isPresent() ? "" : unfit(files);
        if (!unfit.isEmpty()) {
            messages.tell("engine: " + TORCH + "; " + unfit);
            return new NamedPictures(torch, traits, TORCH);
        }
        Map<String, WeightSource> weights = new LinkedHashMap<>();
        files.weights().forEach((component, source) -> weights.put(component.folder(), source));
        CachedGraphs graphs = CachedGraphs.of(model, weights);
        graphs.make(PictureExport::write, messages);
        PictureRunner onnx = OnnxPictures.open(graphs.folder(), RunSettings.of("cpu", threads), Messages.stderr(true));
        try {
            boolean wins = kept.isPresent() ? said(messages) : isFaster(torch, onnx, graphs, messages);
            (wins ? torch : onnx).close();
            return wins
                    ? new NamedPictures(onnx, limited(traits, onnx.traits()), ONNX)
                    : new NamedPictures(torch, traits, TORCH);
        } catch (RuntimeException | Error failed) {
            onnx.close();
            throw failed;
        }
    }

    private static boolean said(Messages messages) {
        messages.tell("engine: " + ONNX + ", as the pictures that are there");
        return true;
    }

    /** Why ONNX Runtime is out of the question, or nothing. */
    private String unfit(ImageModelFiles files) {
        return Files.isRegularFile(model)
                ? "no graphs are made of single files"
                : CachedGraphs.lacking(files.weights().values().stream()
                        .mapToLong(WeightSource::elements)
                        .sum());
    }

    private boolean isFaster(TorchPictures torch, PictureRunner onnx, CachedGraphs graphs, Messages messages) {
        PictureTraits traits = torch.traits();
        StepTimer timer = new StepTimer(traits, width > 0 ? width : traits.side(), height > 0 ? height : traits.side());
        try {
            onnx.with(adapters);
        } catch (InvalidInput misfit) {
            messages.tell("engine: " + TORCH + "; " + misfit.getMessage());
            return false;
        }
        String size = timer.width() + "x" + timer.height();
        return graphs.areFaster(
                size,
                threads,
                () -> timer.measure(torch.with(adapters), onnx.with(adapters)),
                "a step",
                " at " + size,
                messages);
    }

    /** The model's traits with what the other engine takes in memory. */
    private static PictureTraits limited(PictureTraits own, PictureTraits graphs) {
        return new PictureTraits(
                own.path(), own.family(), own.space(), own.side(), own.textLayers(), own.schedule(), graphs.limits());
    }
}
