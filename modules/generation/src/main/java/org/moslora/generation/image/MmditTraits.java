package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.List;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.diffusion.schedule.FlowSpacing;
import org.moslora.diffusion.text.ClipTextConfig;

/** What is usual with a Stable Diffusion 3 or FLUX.1, told from its configs, whatever runs it. */
public final class MmditTraits {
    /** Latents of a side that make a place. */
    private static final int PATCH = 2;

    private MmditTraits() {}

    /** The noise schedule of a folder. */
    public static FlowSchedule schedule(Path folder, MmditConfig transformer) {
        return FlowSchedule.read(
                folder.resolve("scheduler/scheduler_config.json"),
                transformer.flux() ? FlowSpacing.EVEN : FlowSpacing.TRAINED);
    }

    /** What has to be known to plan pictures of a model that people name so. */
    public static PictureTraits of(
            Path named,
            MmditConfig transformer,
            AutoencoderConfig autoencoder,
            List<ClipTextConfig> clips,
            FlowSchedule schedule) {
        LatentSpace space = LatentSpace.of(autoencoder);
        PictureCost.Stream stream = new PictureCost.Stream(transformer.width(), 4 * transformer.width(), PATCH);
        return new PictureTraits(
                named,
                family(transformer, space),
                space,
                transformer.sampleSize() * space.factor(),
                clips.stream().mapToInt(clip -> clip.layers()).min().orElse(0),
                schedule,
                new PictureLimits(PictureCost.flow(stream, autoencoder)));
    }

    private static FamilyTraits family(MmditConfig transformer, LatentSpace space) {
        if (transformer.flux()) {
            return new FamilyTraits(
                    3.5,
                    0.6,
                    FamilyTraits.GuidanceRule.embedded(transformer.guided()),
                    PATCH,
                    FamilyTraits.Sides.any(),
                    new FamilyTraits.TextLength(512, 512),
                    new FamilyTraits.Learning(512, true, "none", false));
        }
        int most = PATCH * transformer.side() * space.factor();
        return new FamilyTraits(
                7.0,
                0.6,
                FamilyTraits.GuidanceRule.USUAL,
                PATCH,
                new FamilyTraits.Sides(most, most),
                new FamilyTraits.TextLength(256, 512),
                new FamilyTraits.Learning(77, true, "logit_normal", true));
    }
}
