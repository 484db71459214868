package org.moslora.dreambooth;

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
import org.moslora.generation.image.TorchDenoiser;
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
        ValidationBlock block = parts.recipe.validation();
        boolean due = step % block.every() == 0 || step == parts.steps;
        if (!due || block.prompts().isEmpty() || block.samples() == 0) {
            return;
        }
        try {
            List<ImageJob> jobs = jobs(block);
            List<String> prompts = jobs.stream().map(ImageJob::prompt).toList();
            List<Picture> painted = paint(jobs);
            if (step == parts.steps) {
                parts.illustrate(illustrations(jobs, painted));
            }
            Picture grid = Grid.labelled(painted, Grid.columnsFor(jobs.size()), prompts);
            Path file = parts.run.samples().resolve(String.format(Locale.ROOT, "step-%06d.png", step));
            PngFile.write(file, grid);
            listener.sampled(step, file);
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
        for (int i = 0; i < block.samples(); i++) {
            jobs.add(new ImageJob(
                    block.prompts().get(i % block.prompts().size()),
                    null,
                    block.seed() + i,
                    STEPS,
                    parts.model.traits().guidance(),
                    parts.model.schedule().own(),
                    side,
                    side,
                    0,
                    null));
        }
        return jobs;
    }

    private List<Picture> paint(List<ImageJob> jobs) {
        TreeMap<Integer, Picture> pictures = new TreeMap<>();
        Compute wide = new Compute(parts.unet.compute().device(), Precision.FP32);
        try (Arena folding = parts.unet.step();
                Autoencoder autoencoder = parts.model.files().buildAutoencoder(wide)) {
            parts.adapters.materializeForInference(folding);
            PictureEngine engine = new PictureEngine(
                    parts.texts, new TorchDenoiser(parts.unet), new TorchLatents(autoencoder), new TorchNoise(), null);
            try (ImageSampler painter = new ImageSampler(
                    engine,
                    parts.model.traits()::scheduler,
                    parts.model.traits().space())) {
                for (int i = 0; i < jobs.size(); i++) {
                    int number = i;
                    painter.paint(List.of(jobs.get(i)), () -> {}, (index, picture) -> pictures.put(number, picture));
                }
                painter.finish();
            }
        }
        return List.copyOf(pictures.values());
    }
}
