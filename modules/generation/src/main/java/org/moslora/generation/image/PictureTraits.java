package org.moslora.generation.image;

import java.nio.file.Path;
import org.moslora.diffusion.schedule.Scheduler;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.diffusion.schedule.SchedulerName;

/**
 * What has to be known of a model to plan pictures, whatever engine runs it.
 *
 * @param path the folder or file
 * @param xl whether it is Stable Diffusion XL, which has other usual settings
 * @param space how pictures and latents relate
 * @param side in pixels of the pictures that it was trained on
 * @param textLayers blocks of its shortest text encoder
 * @param schedule the noise schedule
 * @param limits which pictures fit into memory
 */
public record PictureTraits(
        Path path,
        boolean xl,
        LatentSpace space,
        int side,
        int textLayers,
        SchedulerConfig schedule,
        PictureLimits limits) {
    /** The same where it is not the machine's memory that counts. */
    public PictureTraits unlimited() {
        return new PictureTraits(path, xl, space, side, textLayers, schedule, PictureLimits.NONE);
    }

    /** Guidance where nothing is said, as in diffusers. */
    public double guidance() {
        return xl ? 5.0 : 7.5;
    }

    /** How much of a picture to start from is given up where nothing is said, as in diffusers. */
    public double strength() {
        return xl ? 0.3 : 0.8;
    }

    /** A scheduler on the model's noise. */
    public Scheduler scheduler(SchedulerName name) {
        return name == schedule.own() ? schedule.scheduler() : schedule.scheduler(name);
    }
}
