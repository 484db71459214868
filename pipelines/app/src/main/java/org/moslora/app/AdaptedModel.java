package org.moslora.app;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.moslora.adapters.BaseWeights;
import org.moslora.diffusion.folder.Sites;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.layers.Site;
import org.moslora.llama.BackboneFolder;
import org.moslora.tensors.WeightSource;
import org.moslora.tuning.Merging;
import org.moslora.tuning.ModelFolders;

/**
 * A model of any kind as adapters see it: where they can sit, and the weights there.
 *
 * @param sites its linears and convolutions by path
 * @param projector shapes of its projector's tensors by name; empty without one
 * @param weights of its layers
 * @param closing closes the model
 */
record AdaptedModel(Map<String, Site> sites, Map<String, List<Long>> projector, BaseWeights weights, Runnable closing)
        implements AutoCloseable {
    static AdaptedModel open(Path path) {
        if (!DiffusionModel.isOne(path)) {
            BackboneFolder folder = ModelFolders.open(path);
            return new AdaptedModel(
                    folder.sites(),
                    Merging.projector(folder),
                    new BaseWeights(Map.of("", folder.weights())),
                    folder::close);
        }
        StableDiffusion model = StableDiffusion.open(path);
        Map<String, WeightSource> weights = new HashMap<>();
        model.weights().forEach((component, source) -> weights.put(component.prefix(), source));
        return new AdaptedModel(Sites.of(model), Map.of(), new BaseWeights(weights), model::close);
    }

    @Override
    public void close() {
        closing.run();
    }
}
