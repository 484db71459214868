package org.moslora.dreambooth;

import java.util.List;
import org.moslora.examples.subject.Captions;
import org.moslora.examples.subject.Crop;
import org.moslora.examples.subject.Framing;
import org.moslora.examples.subject.Subject;
import org.moslora.examples.subject.SubjectPlan;
import org.moslora.examples.subject.TrainingImage;
import org.moslora.generation.image.ImageModel;
import org.moslora.layers.Compute;

/**
 * Pictures that are not learnt from, encoded once: always the same pixels.
 *
 * @param images one of each
 * @param latents of all of them
 */
record HeldBackPictures(List<TrainingImage> images, Latents latents) implements AutoCloseable {
    /** Says which they are; nothing is encoded yet. */
    static HeldBackPictures of(DreamBoothRecipe recipe, ImageModel model, List<Subject> subjects, Compute wide) {
        Framing own = recipe.framing();
        Framing fixed = new Framing(own.resolution(), Crop.CENTER, false, own.buckets());
        return new HeldBackPictures(images(recipe, subjects, fixed), new Latents(model.files(), fixed, wide));
    }

    /** Encodes the pictures; the texts are left to {@link #prompts}. */
    void fill(EncodedCache cache) {
        latents.fill(images, cache);
    }

    private static List<TrainingImage> images(DreamBoothRecipe recipe, List<Subject> subjects, Framing framing) {
        int count = subjects.stream()
                .mapToInt(subject -> subject.pictures().pictures().size())
                .sum();
        if (count == 0) {
            return List.of();
        }
        Captions captions = new Captions(recipe.captions().use(), 0, false);
        SubjectPlan.Setting once =
                new SubjectPlan.Setting(false, 1, count, recipe.validation().seed(), captions, framing);
        return new SubjectPlan(subjects, null, once)
                .step(0).stream().flatMap(List::stream).toList();
    }

    /** Every text that is asked with. */
    List<String> prompts() {
        return images.stream().map(TrainingImage::prompt).distinct().toList();
    }

    @Override
    public void close() {
        latents.close();
    }
}
