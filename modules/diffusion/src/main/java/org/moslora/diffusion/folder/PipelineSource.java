package org.moslora.diffusion.folder;

import java.nio.file.Path;
import java.util.Map;
import org.moslora.tensors.WeightSource;

/**
 * Where an image generator is read from: a folder of diffusers, some of whose components' weights may come from elsewhere.
 *
 * @param folder with configs, tokenizers and whatever else
 * @param named what the model is called by: the folder, or the file that its denoiser comes from
 * @param instead weights in the place of the folder's, under the names that the component's model knows
 */
public record PipelineSource(Path folder, Path named, Map<Component, WeightSource> instead) {
    /** Copies the map. */
    public PipelineSource {
        instead = Map.copyOf(instead);
    }

    /** A folder as it is. */
    public static PipelineSource of(Path folder) {
        return new PipelineSource(folder, folder, Map.of());
    }
}
