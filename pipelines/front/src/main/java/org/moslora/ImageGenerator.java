package org.moslora;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.examples.image.Picture;
import org.moslora.generation.batch.BatchGeneration;
import org.moslora.generation.batch.BatchRequest;
import org.moslora.generation.batch.BatchSummary;
import org.moslora.generation.batch.PromptSource;
import org.moslora.generation.batch.SingleJob;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.ImageSampler;
import org.moslora.generation.image.PictureEngine;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.TorchPictures;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.pictures.AdapterUse;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.pictures.PictureRequest;
import org.moslora.problems.Messages;

/**
 * A Stable Diffusion that paints: a folder of diffusers or a single-file checkpoint. Its files are opened at once and
 * loaded when it first paints. Used by one thread.
 */
public final class ImageGenerator implements AutoCloseable {
    private final PictureRunner runner;
    private Options options = Options.NONE;

    private ImageGenerator(PictureRunner runner) {
        this.runner = runner;
    }

    /**
     * Opens a model.
     *
     * @throws org.moslora.problems.InvalidInput naming everything that is wrong with it
     */
    public static ImageGenerator open(Path model) {
        Engine.start(Engine.defaultThreads());
        ImageModel files = ImageModel.open(model, null, null, Messages.stderr(true));
        return new ImageGenerator(new TorchPictures(files, Compute.cpu()));
    }

    /** Puts an adapter on, beside those that are there: its file or folder, or that of its run. */
    public ImageGenerator with(Path adapter) {
        return with(adapter, 1);
    }

    /** Puts a part of an adapter on. */
    public ImageGenerator with(Path adapter, double scale) {
        List<AdapterUse> uses = new ArrayList<>(options.get(Option.ADAPTERS, List.of()));
        uses.add(new AdapterUse(adapter.toString(), scale));
        return with(Option.ADAPTERS, List.copyOf(uses));
    }

    /** Has every picture that says nothing else painted so, such as {@code with(Option.STEPS, 25L)}. */
    public <T> ImageGenerator with(Option<T> option, T value) {
        options = options.with(option, value);
        return this;
    }

    /**
     * Paints one picture.
     *
     * @throws org.moslora.problems.InvalidInput when the model cannot do it, or an adapter does not fit
     */
    public Picture paint(String prompt, long seed) {
        return paint(new PictureRequest(prompt, Options.NONE.with(Option.SEED, seed)));
    }

    /** Paints the first picture of a request. */
    public Picture paint(PictureRequest request) {
        SingleJob asked = SingleJob.of(
                runner.traits(),
                new PictureRequest(request.prompt(), request.options().over(options)));
        List<Picture> painted = new ArrayList<>();
        try (ImageSampler sampler = new ImageSampler(
                runner.with(asked.adapters()),
                runner.traits()::scheduler,
                runner.traits().space())) {
            sampler.paint(List.of(asked.job()), () -> {}, (index, picture) -> painted.add(picture));
            sampler.finish();
        }
        return painted.get(0);
    }

    /** Paints a picture of each prompt into a folder, with seeds that count up; what is there already stays. */
    public BatchSummary paint(List<String> prompts, Path out) {
        List<PictureRequest> requests = prompts.stream()
                .map(prompt -> new PictureRequest(prompt, Options.NONE))
                .toList();
        return paint(new PromptSource.Requests(requests), out);
    }

    /**
     * Paints many pictures into a folder, each a PNG file that says how it was made, with a row in
     * {@code images.jsonl}; goes on where an earlier call stopped.
     *
     * @throws org.moslora.problems.InvalidInput with everything wrong with prompts and options, before one is painted
     */
    public BatchSummary paint(PromptSource prompts, Path out) {
        return new BatchGeneration(
                        BatchRequest.of(prompts, options, out, 0, false),
                        told -> new Lent(runner),
                        Messages.stderr(true))
                .run();
    }

    @Override
    public void close() {
        runner.close();
    }

    /** The runner, for one who closes what he was given. */
    private record Lent(PictureRunner runner) implements PictureRunner {
        @Override
        public PictureTraits traits() {
            return runner.traits();
        }

        @Override
        public int batch() {
            return runner.batch();
        }

        @Override
        public PictureEngine with(List<ScaledAdapter> adapters) {
            return runner.with(adapters);
        }

        @Override
        public void close() {}
    }
}
