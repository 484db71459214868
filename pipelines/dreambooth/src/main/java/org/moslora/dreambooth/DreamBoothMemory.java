package org.moslora.dreambooth;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.Sites;
import org.moslora.layers.Site;
import org.moslora.problems.Problems;
import org.moslora.tensors.WeightSource;
import org.moslora.training.RunEstimate;

/** What a training will roughly take, by the sizes of the model's layers. */
final class DreamBoothMemory {
    private static final int FLOAT = 4;
    /** Value, gradient, two moments, and the folded pair. */
    private static final int COPIES = 5;
    /** A layer sees the latent at half its side, on an average over the levels of a UNet. */
    private static final int MEAN_REDUCTION = 4;

    private DreamBoothMemory() {}

    static RunEstimate of(DreamBoothRecipe recipe, Sources sources) {
        int bytes = recipe.training().precision().bytes();
        Collection<Site> sites = Sites.of(sources.model().files()).values();
        long side = recipe.resolution() / sources.model().traits().space().factor();
        long channels = sites.stream()
                .filter(site -> !site.path().startsWith(Component.TEXT_ENCODER.folder()))
                .mapToLong(DreamBoothMemory::channels)
                .sum();
        long rows = (long) recipe.training().batchSize() * (recipe.prior() == null ? 1 : 2);
        long inside = rows * side * side / MEAN_REDUCTION * channels * bytes;
        int steps = recipe.training().steps(sources.subjects().stepsPerRound());
        return new RunEstimate(
                entries(sources) * bytes,
                trained(recipe, sources, sites) * COPIES * FLOAT,
                Math.min(inside, recipe.training().kept()),
                steps);
    }

    private static long channels(Site site) {
        return site.isConvolution() ? site.downShape(1)[1] : site.inputs();
    }

    private static long entries(Sources sources) {
        return sources.model().files().weights().values().stream()
                .mapToLong(DreamBoothMemory::entries)
                .sum();
    }

    private static long entries(WeightSource weights) {
        return weights.names().stream()
                .mapToLong(name -> weights.info(name).elements())
                .sum();
    }

    /** Entries of the UNet's adapter, or of the UNet where that is trained whole. */
    private static long trained(DreamBoothRecipe recipe, Sources sources, Collection<Site> sites) {
        if (recipe.adapter().isFull()) {
            return entries(sources);
        }
        long rank = recipe.adapter().spec().rank();
        List<String> paths = sites.stream().map(Site::path).toList();
        Set<String> chosen =
                recipe.adapter().targetsOr(sources.model().targets()).choose(paths, new Problems());
        return sites.stream()
                .filter(site -> chosen.contains(site.path()))
                .mapToLong(site -> rank * (site.inputs() + site.outputs()))
                .sum();
    }
}
