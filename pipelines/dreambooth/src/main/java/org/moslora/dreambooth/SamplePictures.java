package org.moslora.dreambooth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.moslora.adapters.Illustration;
import org.moslora.diffusion.autoencoder.Autoencoder;
import org.moslora.examples.image.Picture;
import org.moslora.generation.image.ImageJob;
import org.moslora.generation.image.ImageSampler;
import org.moslora.generation.image.PictureEngine;
import org.moslora.generation.image.TorchLatents;
import org.moslora.generation.image.TorchNoise;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Precision;
import org.moslora.pictures.Grid;
import org.moslora.pictures.PngFile;
import org.moslora.problems.NotFinite;
import org.moslora.training.TrainingListener;
import org.moslora.training.recipe.ValidationBlock;

/** Pictures made while training, so that one sees what is learnt: a grid of them for every validation. */
record SamplePictures(DreamBoothParts parts) {
    private static final int STEPS = 25;

    /** Makes them after a step, if it is time to. */
    void after(int step, TrainingListener listener) {
        if (isDue(step)) {
            make(step, listener);
        }
    }

    /**
     * Makes those that a run which was cut off behind a checkpoint has not come to, in the state of that checkpoint. The
     * last are made again in any case, since the result's card shows them.
     */
    void complete(int done, TrainingListener listener) {
        List<Integer> missing = parts.checkpoints.steps().stream()
                .filter(step -> step <= done && isDue(step) && (step == parts.steps || !Files.exists(file(step))))
                .toList();
        parts.checkpoints.revisit(parts.denoiser.arena(), missing, done, parts.state(), step -> make(step, listener));
    }

    private boolean isDue(int step) {
        ValidationBlock block = parts.recipe.validation();
        boolean now = step % block.every() == 0 || step == parts.steps;
        return now && !block.prompts().isEmpty() && block.samples() > 0;
    }

    private Path file(int step) {
        return parts.run.samples().resolve(String.format(Locale.ROOT, "step-%06d.png", step));
    }

    private void make(int step, TrainingListener listener) {
        try {
            List<ImageJob> jobs = jobs(parts.recipe.validation());
            List<String> prompts = jobs.stream().map(ImageJob::prompt).toList();
            List<Picture> painted = paint(jobs);
            if (step == parts.steps) {
                parts.illustrate(illustrations(jobs, painted));
            }
            Picture grid = Grid.labelled(painted, Grid.columnsFor(jobs.size()), prompts);
            PngFile.write(file(step), grid);
            listener.sampled(step, file(step));
        } catch (NotFinite broken) {
            listener.tell("step " + step + ": no sample pictures: " + broken.getMessage());
        }
    }

    private static List<Illustration> illustrations(List<ImageJob> jobs, List<Picture> painted) {
        List<Illustration> shown = new ArrayList<>();
        for (int i = 0; i < painted.size(); i++) {
            shown.add(new Illustration(jobs.get(i).prompt(), PngFile.bytes(painted.get(i))));
        }
        return shown;
    }

    /** The prompts in turn, until there are as many pictures as asked; the same seeds every time. */
    private List<ImageJob> jobs(ValidationBlock block) {
        List<ImageJob> jobs = new ArrayList<>();
        int side = parts.recipe.resolution();
        int length = parts.recipe.textLength(parts.model);
        for (int i = 0; i < block.samples(); i++) {
            String prompt = block.prompts().get(i % block.prompts().size());
            jobs.add(parts.model.traits().usual(prompt, block.seed() + i, STEPS, side, length));
        }
        return jobs;
    }

    private List<Picture> paint(List<ImageJob> jobs) {
        TreeMap<Integer, Picture> pictures = new TreeMap<>();
        Compute wide = new Compute(parts.denoiser.compute().device(), Precision.FP32);
        try (Arena folding = parts.denoiser.step();
                Autoencoder autoencoder = parts.model.files().buildAutoencoder(wide)) {
            parts.adapters.materializeForInference(folding);
            PictureEngine engine = new PictureEngine(
                    parts.texts, parts.denoiser, new TorchLatents(autoencoder), new TorchNoise(), null);
            try (ImageSampler sampler = new ImageSampler(
                    engine,
                    parts.model.traits()::scheduler,
                    parts.model.traits().space())) {
                for (int i = 0; i < jobs.size(); i++) {
                    int number = i;
                    sampler.paint(List.of(jobs.get(i)), () -> {}, (index, picture) -> pictures.put(number, picture));
                }
                sampler.finish();
            }
        }
        return List.copyOf(pictures.values());
    }
}
