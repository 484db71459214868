package org.moslora.dreambooth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.Sites;
import org.moslora.examples.subject.Subject;
import org.moslora.examples.subject.SubjectPicture;
import org.moslora.generation.image.ImageModel;
import org.moslora.layers.Compute;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;
import org.moslora.training.TrainingListener;

/**
 * What a training reads, opened and checked, nothing loaded.
 *
 * @param model the base
 * @param subjects their pictures
 * @param prior the class's pictures, or null without prior preservation
 */
record Sources(
        ImageModel model, Subjects subjects, @Nullable ClassPictures prior) implements AutoCloseable {
    /**
     * Opens everything.
     *
     * @throws org.moslora.problems.InvalidInput with all that is wrong with model, targets and pictures together
     */
    static Sources open(DreamBoothRecipe recipe, Messages messages) {
        Problems problems = new Problems();
        ImageModel model = problems.collect(() -> model(recipe.model(), messages));
        if (model != null) {
            problems.collect(() -> fits(recipe, model, problems));
        }
        Subjects subjects = problems.collect(() -> Subjects.read(recipe, messages));
        ClassBlock block = recipe.prior();
        ClassPictures prior = block == null ? null : new ClassPictures(recipe, block, messages);
        if (prior != null) {
            problems.collect(prior::found);
        }
        if (model != null && subjects != null && problems.isEmpty()) {
            return new Sources(model, subjects, prior);
        }
        if (model != null) {
            model.close();
        }
        throw problems.thrown();
    }

    private static ImageModel model(Path path, Messages messages) {
        if (Files.isRegularFile(path)) {
            throw new InvalidInput(
                    "model",
                    path + " is a single file, which holds neither tokenizers nor configs; training takes a folder of"
                            + " diffusers: save the checkpoint as one first");
        }
        return ImageModel.open(path, null, null, messages);
    }

    private static void fits(DreamBoothRecipe recipe, ImageModel model, Problems problems) {
        int factor = model.traits().multiple();
        if (recipe.resolution() % factor != 0) {
            problems.add("resolution", "must be a multiple of %d with this model, got %d", factor, recipe.resolution());
        }
        BucketsBlock buckets = recipe.buckets();
        if (buckets != null) {
            buckets.mustFit(factor, problems);
        }
        recipe.checkFamily(model, problems);
        // Without max_steps the number of steps is not known before the pictures are.
        int steps = recipe.training().steps(Integer.MAX_VALUE);
        recipe.trained(model).plan().over(steps).check(Sites.of(model.files()).values());
    }

    /** Whether pictures of the class are still to be made. */
    boolean isPriorMissing() {
        return prior != null && prior.found().pictures().size() < prior.block().count();
    }

    /** Makes those. */
    void complete(Compute compute, TrainingListener listener) {
        if (prior != null) {
            prior.complete(model, compute, listener);
        }
    }

    /** Every file that the result depends on. */
    List<Path> files(@Nullable Subject ofClass) {
        SortedSet<Path> files = new TreeSet<>();
        model.files()
                .weights()
                .values()
                .forEach(source -> source.names().forEach(name -> files.add(source.file(name))));
        subjects.all().forEach(subject -> addPictures(files, subject));
        subjects.heldBack().forEach(subject -> addPictures(files, subject));
        if (ofClass != null) {
            addPictures(files, ofClass);
        }
        return List.copyOf(files);
    }

    private static void addPictures(SortedSet<Path> files, Subject subject) {
        for (SubjectPicture picture : subject.pictures().pictures()) {
            files.add(picture.file());
            if (picture.mask() != null) {
                files.add(picture.mask());
            }
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
