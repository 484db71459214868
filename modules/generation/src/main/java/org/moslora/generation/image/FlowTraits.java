package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.List;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.diffusion.schedule.FlowSpacing;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.llama.LanguageModelConfig;

/** What is usual with a Z-Image or FLUX.2 klein, told from its configs, whatever runs it. */
public final class FlowTraits {
    private static final String SCHEDULE = "scheduler/scheduler_config.json";
    private static final int SIDE = 1024;
    private static final int TEXT = 512;

    /** The states behind these blocks are FLUX.2's text, side by side. */
    private static final List<Integer> READ = List.of(9, 18, 27);

    private FlowTraits() {}

    /** Of how many of the text encoder's blocks the states are Z-Image's text: what the last block would read. */
    public static List<Integer> zImageText(LanguageModelConfig text) {
        return List.of(text.layers() - 1);
    }

    /** Of how many of the text encoder's blocks, each, the states are FLUX.2's text, side by side. */
    public static List<Integer> flux2Text() {
        return READ;
    }

    /** Z-Image's noise schedule. */
    public static FlowSchedule zImageSchedule(Path folder) {
        return FlowSchedule.read(folder.resolve(SCHEDULE), FlowSpacing.EVEN);
    }

    /** FLUX.2's noise schedule. */
    public static FlowSchedule flux2Schedule(Path folder) {
        return FlowSchedule.read(folder.resolve(SCHEDULE), FlowSpacing.EVEN_MEASURED);
    }

    /** What has to be known to plan pictures of a Z-Image that people name so. */
    public static PictureTraits zImage(
            Path named,
            ZImageConfig config,
            LanguageModelConfig text,
            AutoencoderConfig autoencoder,
            FlowSchedule schedule) {
        int pixels = autoencoder.factor() * ZImageConfig.PATCH;
        // A caption is filled up, and the picture stands one place behind it.
        int words = (config.lengths().get(0) - 2) / ZImageConfig.MULTIPLE * ZImageConfig.MULTIPLE;
        FamilyTraits family = new FamilyTraits(
                5.0,
                0.6,
                new FamilyTraits.GuidanceRule(0, 1, false),
                ZImageConfig.PATCH,
                new FamilyTraits.Sides(
                        pixels * config.lengths().get(2),
                        pixels * config.lengths().get(1)),
                new FamilyTraits.TextLength(Math.min(TEXT, words), words));
        return new PictureTraits(
                named,
                family,
                LatentSpace.of(autoencoder),
                Math.min(SIDE, Math.min(family.most().width(), family.most().height())),
                text.layers(),
                schedule,
                new PictureLimits(PictureCost.flow(
                        new PictureCost.Stream(config.width(), config.inner(), ZImageConfig.PATCH), autoencoder)));
    }

    /** The same for a FLUX.2 klein. */
    public static PictureTraits flux2(
            Path named,
            Flux2Config config,
            LanguageModelConfig text,
            AutoencoderConfig autoencoder,
            FlowSchedule schedule,
            boolean distilled) {
        FamilyTraits family = new FamilyTraits(
                4.0,
                0.6,
                new FamilyTraits.GuidanceRule(1, 0, distilled),
                1,
                FamilyTraits.Sides.any(),
                new FamilyTraits.TextLength(Math.min(TEXT, text.positions()), text.positions()));
        return new PictureTraits(
                named,
                family,
                LatentSpace.of(autoencoder),
                SIDE,
                text.layers(),
                schedule,
                new PictureLimits(
                        PictureCost.flow(new PictureCost.Stream(config.width(), config.inner(), 1), autoencoder)));
    }
}
