package org.moslora.models;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.BaseWeights;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.diffusion.folder.Sites;
import org.moslora.diffusion.ldm.Checkpoint;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.PublishedTransformer;
import org.moslora.layers.Site;
import org.moslora.problems.Messages;
import org.moslora.tensors.DType;
import org.moslora.tensors.NonFinite;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/**
 * An image generator: a folder of diffusers, or a Stable Diffusion's single-file checkpoint.
 *
 * @param model opened
 * @param sites where an adapter can sit
 */
record DiffusionModelOnDisk(ImageModelFiles model, Map<String, Site> sites) implements ModelOnDisk {
    private static final String INDEX = "model_index.json";

    static DiffusionModelOnDisk open(Path path) {
        ImageModelFiles model = ImageModel.files(path);
        return new DiffusionModelOnDisk(model, Sites.of(model));
    }

    static boolean isOne(Path path) {
        if (Files.isDirectory(path)) {
            return Files.exists(path.resolve(INDEX));
        }
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (WeightSource file = SafetensorsFile.open(path)) {
            return Checkpoint.isOne(file) || PublishedTransformer.family(path).isPresent();
        }
    }

    @Override
    public Map<String, List<Long>> projector() {
        return Map.of();
    }

    @Override
    public BaseWeights weights() {
        Map<String, WeightSource> weights = new HashMap<>();
        model.weights().forEach((component, source) -> weights.put(component.prefix(), source));
        return new BaseWeights(weights);
    }

    @Override
    public List<String> described() {
        List<String> lines = new ArrayList<>();
        model.weights().values().forEach(NonFinite::refuse);
        lines.add("model: " + model.description() + (model.isSingleFile() ? ", a single-file checkpoint" : ""));
        model.parameters()
                .forEach((component, count) ->
                        lines.add(String.format(Locale.ROOT, "%s: %,d parameters", component.folder(), count)));
        model.weights()
                .forEach((component, source) -> lines.addAll(NarrowWeights.described(component.folder(), source)));
        return lines;
    }

    @Override
    public void merge(
            List<ScaledAdapter> adapters, Path out, @Nullable DType type, boolean requantize, Messages messages) {
        DiffusionMerging.merge(this, adapters, out, type, requantize, messages);
    }

    @Override
    public void close() {
        model.close();
    }
}
