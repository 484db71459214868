package org.moslora.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.Description;
import org.moslora.adapters.QuantisedBase;
import org.moslora.diffusion.folder.ComponentFolder;
import org.moslora.diffusion.folder.Sites;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.diffusion.ldm.Checkpoint;
import org.moslora.layers.Site;
import org.moslora.tensors.NonFinite;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** What the verbs for files ask of a Stable Diffusion on disk. */
final class DiffusionModel {
    private static final String INDEX = "model_index.json";

    private DiffusionModel() {}

    /** Whether a path is a folder of diffusers or a single-file checkpoint. */
    static boolean isOne(Path path) {
        if (Files.isDirectory(path)) {
            return Files.exists(path.resolve(INDEX));
        }
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (WeightSource file = SafetensorsFile.open(path)) {
            return Checkpoint.isOne(file);
        }
    }

    /** Its linears and convolutions by path. */
    static Map<String, Site> sites(Path path) {
        try (StableDiffusion model = StableDiffusion.open(path)) {
            return Sites.of(model);
        }
    }

    /** See {@link QuantisedBase#check}. */
    static void checkQuantised(Path path, boolean requantize) {
        try (StableDiffusion model = StableDiffusion.open(path)) {
            QuantisedBase.check(path.toString(), model.weights().values(), requantize);
        }
    }

    /** Its family, and the exact number of parameters of each component. */
    static List<String> described(Path path) {
        List<String> lines = new ArrayList<>();
        try (StableDiffusion model = StableDiffusion.open(path)) {
            model.weights().values().forEach(NonFinite::refuse);
            lines.add("model: " + model.family().description()
                    + (model.isSingleFile() ? ", a single-file checkpoint" : ""));
            model.parameters()
                    .forEach((component, count) ->
                            lines.add(String.format(Locale.ROOT, "%s: %,d parameters", component.folder(), count)));
        }
        return lines;
    }

    /** What a folder of one component is; empty if it is none. */
    static List<String> componentDescribed(Path path) {
        return ComponentFolder.of(path)
                .map(part -> List.of(
                        "component: the " + part.component().folder() + " of a Stable Diffusion"
                                + (part.family() == null
                                        ? ""
                                        : ", " + part.family().description()),
                        String.format(
                                Locale.ROOT,
                                "%s: %,d parameters",
                                part.component().folder(),
                                part.parameters())))
                .orElse(List.of());
    }

    /** Says how many layers of an adapter bind, and what does not. */
    static List<String> binding(AdapterFile file, Path path) {
        Map<String, Site> sites = sites(path);
        return Description.binding(file.of(sites.keySet()), sites, Map.of());
    }
}
