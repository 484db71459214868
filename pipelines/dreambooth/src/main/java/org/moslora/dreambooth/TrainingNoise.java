package org.moslora.dreambooth;

import java.util.List;
import org.moslora.examples.subject.ImageSize;
import org.moslora.examples.subject.SubjectPlan;
import org.moslora.examples.subject.TrainingImage;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.LatentSpace;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;

/**
 * The random numbers of training, from libtorch's default generator. What a step draws depends on the sizes of its
 * pictures alone, so that a resumed run gets to the generator's state by drawing what came before.
 *
 * @param objective says what is drawn
 */
record TrainingNoise(LatentSpace space, Objective objective) {
    /** Seeds the generator and draws what the first steps drew. */
    void start(long seed, SubjectPlan plan, int done) {
        try (Arena arena = Arena.open(Compute.cpu())) {
            Kernels.get().call(arena, "seed_default_generator", seed);
            for (int step = 0; step < done; step++) {
                for (List<TrainingImage> images : plan.step(step)) {
                    try (Arena drawing = arena.child()) {
                        drop(drawing, images);
                    }
                }
            }
        }
    }

    Objective.Drawn next(Arena arena, List<TrainingImage> images, Compute compute) {
        return objective.draw(arena, shape(images), compute.deviceName());
    }

    /** Draws in vain what another member of a team draws for its micro-batch, so that all generators go on alike. */
    void dropUnless(boolean own, List<TrainingImage> images) {
        if (!own) {
            try (Arena arena = Arena.open(Compute.cpu())) {
                drop(arena, images);
            }
        }
    }

    private void drop(Arena arena, List<TrainingImage> images) {
        objective.draw(arena, shape(images), "cpu");
    }

    private long[] shape(List<TrainingImage> images) {
        ImageSize size = images.get(0).size();
        LatentShape shape = space.shape(size.width(), size.height());
        return new long[] {images.size(), shape.channels(), shape.height(), shape.width()};
    }
}
