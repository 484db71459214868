package org.moslora.dreambooth;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.adapters.TrainedWeights;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.PipelineCopy;
import org.moslora.layers.Arena;

/**
 * The model that a run of kind full leaves: the base's folder with the trained weights in it.
 *
 * @param base a folder of diffusers
 * @param denoiser which component takes the noise off
 * @param texts whether the text encoders were trained, too
 */
record TunedPipeline(Path base, Component denoiser, boolean texts) {
    /** @param into an empty folder */
    void fill(Path into, TrainedAdapters trained, Arena arena) throws IOException {
        PipelineCopy copy = new PipelineCopy(base, into, true);
        Set<Component> rewritten = EnumSet.of(denoiser);
        if (texts) {
            rewritten.addAll(EnumSet.of(Component.TEXT_ENCODER, Component.TEXT_ENCODER_2));
        }
        rewritten.removeIf(component -> !copy.has(component));
        try (Arena writing = arena.child()) {
            rewritten.forEach(component ->
                    copy.rewrite(component, (files, path) -> TrainedWeights.of(files, path, trained, writing)));
            copy.copyRest(rewritten);
        }
    }
}
