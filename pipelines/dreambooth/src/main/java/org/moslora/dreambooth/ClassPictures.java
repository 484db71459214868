package org.moslora.dreambooth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.moslora.examples.subject.Subject;
import org.moslora.examples.subject.SubjectPictures;
import org.moslora.generation.image.AdaptedPictures;
import org.moslora.generation.image.ImageJob;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.ImageSampler;
import org.moslora.layers.Compute;
import org.moslora.pictures.PngFile;
import org.moslora.problems.Messages;
import org.moslora.tensors.out.OutputLock;
import org.moslora.training.TrainingListener;

/** The pictures of the class for prior preservation; the base model makes those that are missing. */
record ClassPictures(DreamBoothRecipe recipe, ClassBlock block, Messages messages) {
    private static final String WHERE = "class.images";
    private static final int STEPS = 50;

    /** What is there, perhaps fewer than asked. */
    SubjectPictures found() {
        return SubjectPictures.readIfAny(WHERE, block.images());
    }

    /** As many as asked; those that are missing are made into the folder, one whole file after the other. */
    Subject complete(ImageModel model, Compute compute, TrainingListener listener) {
        SubjectPictures found = found();
        if (found.pictures().size() < block.count()) {
            // Two runs that share a folder would each make what is missing.
            OutputLock.inside(WHERE + " " + block.images(), block.images())
                    .during(() -> make(model, compute, found().pictures().size(), listener));
            found = SubjectPictures.read(WHERE, block.images());
        }
        Subjects.tell(found, recipe.resolution(), messages);
        return new Subject(found.first(block.count()), block.prompt(), 1);
    }

    private void make(ImageModel model, Compute compute, int from, TrainingListener listener) {
        messages.tell(block.images() + " holds " + from + " pictures of the class, " + block.count()
                + " are asked for: making " + Math.max(0, block.count() - from));
        try (AdaptedPictures base = model.adapted(List.of(), compute);
                ImageSampler sampler = new ImageSampler(
                        base.engine(), model.traits()::scheduler, model.traits().space())) {
            listener.started("class pictures", from, block.count());
            for (int first = from;
                    first < block.count();
                    first += recipe.training().batchSize()) {
                List<Integer> numbers = new ArrayList<>();
                for (int i = first;
                        i < Math.min(block.count(), first + recipe.training().batchSize());
                        i++) {
                    numbers.add(i);
                }
                sampler.paint(
                        numbers.stream().map(number -> job(model, number)).toList(), () -> {}, (index, picture) -> {
                            PngFile.write(free(numbers.get(index)), picture);
                            listener.advanced(numbers.get(index) + 1);
                        });
            }
            sampler.finish();
        } finally {
            listener.ended();
        }
    }

    private ImageJob job(ImageModel model, int number) {
        long seed = recipe.training().seed() + number;
        return model.traits().usual(block.prompt(), seed, STEPS, recipe.resolution(), recipe.textLength(model));
    }

    /** A name that nothing has yet. */
    private Path free(int number) {
        int at = number;
        Path file = block.images().resolve(String.format(Locale.ROOT, "class-%05d.png", at));
        while (Files.exists(file)) {
            at++;
            file = block.images().resolve(String.format(Locale.ROOT, "class-%05d.png", at));
        }
        return file;
    }
}
