package org.moslora.generation.image;

import java.nio.file.Path;
import org.moslora.diffusion.schedule.PictureSchedule;
import org.moslora.diffusion.schedule.Scheduler;
import org.moslora.diffusion.schedule.SchedulerName;

/**
 * What has to be known of a model to plan pictures, whatever engine runs it.
 *
 * @param path the folder or file
 * @param family what is usual with models of its kind
 * @param space how pictures and latents relate
 * @param side in pixels of the pictures that it was trained on
 * @param textLayers blocks of its shortest text encoder
 * @param schedule the noise schedule
 * @param limits which pictures fit into memory
 */
public record PictureTraits(
        Path path,
        FamilyTraits family,
        LatentSpace space,
        int side,
        int textLayers,
        PictureSchedule schedule,
        PictureLimits limits) {
    /** The same where it is not the machine's memory that counts. */
    public PictureTraits unlimited() {
        return new PictureTraits(path, family, space, side, textLayers, schedule, PictureLimits.NONE);
    }

    /** Guidance where nothing is said, as in diffusers. */
    public double guidance() {
        return family.guidance();
    }

    /** How much of a picture to start from is given up where nothing is said, as in diffusers. */
    public double strength() {
        return family.strength();
    }

    /** What the sides of pictures must be multiples of. */
    public int multiple() {
        return space.factor() * family.patch();
    }

    /** A scheduler on the model's noise, for pictures of a size. */
    public Scheduler scheduler(SchedulerName name, int width, int height) {
        LatentShape shape = space.shape(width, height);
        int patch = family.patch();
        return schedule.scheduler(name, shape.height() / patch * (shape.width() / patch));
    }

    /** The scheduler of a picture. */
    public Scheduler scheduler(ImageJob job) {
        return scheduler(job.scheduler(), job.width(), job.height());
    }

    /** A picture by the model's own scheduler, at the guidance that is usual with it. */
    public ImageJob usual(String prompt, long seed, int steps, int side, int textLength) {
        Guidance followed = family.rule().of(guidance());
        TextReading reading = new TextReading(0, textLength);
        return new ImageJob(prompt, null, seed, steps, followed, schedule.own(), side, side, reading, null);
    }
}
