package org.moslora.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.BaseWeights;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Site;
import org.moslora.llama.BackboneFolder;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.problems.Messages;
import org.moslora.tensors.DType;
import org.moslora.tensors.NonFinite;
import org.moslora.tensors.Packed;
import org.moslora.tuning.Merging;
import org.moslora.tuning.ModelFolders;

/**
 * A LLaVA's folder, or a text model's.
 *
 * @param folder opened
 * @param sites where an adapter can sit
 */
record LanguageModelOnDisk(BackboneFolder folder, Map<String, Site> sites) implements ModelOnDisk {
    /** Components as the names of their tensors begin, those of a text model last. */
    private static final List<String> PARTS = List.of(
            "vision_tower.",
            "multi_modal_projector.",
            "visual.",
            "language_model.",
            "embed_tokens.",
            "layers.",
            "norm.",
            "lm_head.");

    static LanguageModelOnDisk open(Path path) {
        BackboneFolder folder = ModelFolders.open(path);
        return new LanguageModelOnDisk(folder, folder.sites());
    }

    @Override
    public Map<String, List<Long>> projector() {
        return Merging.projector(folder);
    }

    @Override
    public BaseWeights weights() {
        return new BaseWeights(Map.of("", folder.weights()));
    }

    @Override
    public List<String> described() {
        List<String> lines = new ArrayList<>();
        lines.add(
                folder instanceof MultimodalFolder<?> seeing
                        ? "model: " + folder.family() + ", language model "
                                + folder.text().family() + ", "
                                + seeing.config().describedTokens()
                        : "model: " + folder.family() + ", a text model");
        NonFinite.refuse(folder.weights());
        lines.addAll(held());
        lines.addAll(NarrowWeights.described("the model", folder.weights()));
        for (String part : PARTS) {
            long parameters =
                    folder.weights().elements(name -> name.startsWith(part) || name.startsWith("model." + part));
            if (parameters > 0) {
                lines.add(String.format(
                        Locale.ROOT, "%s: %,d parameters", part.substring(0, part.length() - 1), parameters));
            }
        }
        return lines;
    }

    /** How many weights are held in which form; nothing where all are plain. */
    private List<String> held() {
        Map<String, Long> forms = folder.weights().names().stream()
                .flatMap(name -> folder.weights().packed(name).stream())
                .collect(Collectors.groupingBy(Packed::form, TreeMap::new, Collectors.counting()));
        return forms.entrySet().stream()
                .map(form -> "quantised: " + form.getValue() + " weights in " + form.getKey())
                .toList();
    }

    @Override
    public void merge(
            List<ScaledAdapter> adapters, Path out, @Nullable DType type, boolean requantize, Messages messages) {
        Merging.merge(folder, adapters, out, type, requantize, messages);
    }

    @Override
    public void close() {
        folder.close();
    }
}
