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
 * @param shots one of each
 * @param latents of all of them
 */
record HeldBackPictures(List<TrainingImage> shots, Latents latents) implements AutoCloseable {
    /** Encodes the pictures; the texts are left to {@link #prompts}. */
    static HeldBackPictures of(
            DreamBoothRecipe recipe, ImageModel model, List<Subject> subjects, Compute wide, EncodedCache cache) {
        Framing own = recipe.framing();
        Framing fixed = new Framing(own.resolution(), Crop.CENTER, false, own.buckets());
        List<TrainingImage> shots = shots(recipe, subjects, fixed);
        Latents latents = new Latents(model.files(), fixed, wide);
        latents.fill(shots, cache);
        return new HeldBackPictures(shots, latents);
    }

    private static List<TrainingImage> shots(DreamBoothRecipe recipe, List<Subject> subjects, Framing framing) {
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
        return shots.stream().map(TrainingImage::prompt).distinct().toList();
    }

    @Override
    public void close() {
        latents.close();
    }
}
