package org.moslora.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.FixedAdapters;
import org.moslora.adapters.MergedWeights;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Site;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaFolder;
import org.moslora.llava.LlavaNames;
import org.moslora.tensors.DType;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.LlavaKeys;

/** Writes a LLaVA folder with adapters added into its weights, everything else as it was. */
public final class Merging {
    private static final long SHARD_BYTES = 5L << 30;

    private Merging() {}

    /**
     * Merges. The base stays as it is; tensors are read, added to and written one after the other.
     *
     * @param out appears whole or not at all
     * @param type number format of all floating weights; null to keep each one's
     * @throws org.moslora.problems.InvalidInput when an adapter does not fit
     */
    public static void merge(
            Path model, List<ScaledAdapter> adapters, Path out, @Nullable DType type, Messages messages) {
        try (LlavaFolder folder = LlavaFolder.open(model);
                WeightSource files = ModelFolder.open(model);
                FixedAdapters fixed = FixedAdapters.open(adapters);
                Arena arena = Arena.open(Compute.cpu())) {
            LlavaConfig config = folder.config();
            fixed.check(sites(config), projector(config));
            MergedWeights merged = new MergedWeights(files, fixed, LlavaKeys.llava()::canonical, arena, type);
            List<TensorData> tensors = new ArrayList<>();
            files.names().forEach(name -> tensors.add(merged.tensor(name)));
            messages.tell("merging " + merged.touched() + " of " + tensors.size() + " tensors");
            DurableFiles.writeFolder(out, partial -> {
                SafetensorsWriter.writeSharded(partial, WeightName.MODEL, SHARD_BYTES, tensors, Map.of("format", "pt"));
                FolderCopy.besidesWeights(model, partial, type);
            });
        }
    }

    /** The linears of a LLaVA folder that an adapter may sit on. */
    public static Map<String, Site> sites(Path model) {
        try (LlavaFolder folder = LlavaFolder.open(model)) {
            return sites(folder.config());
        }
    }

    /** The linears that an adapter may sit on. */
    static Map<String, Site> sites(LlavaConfig config) {
        Map<String, List<Long>> shapes = LlavaNames.expected(config);
        Map<String, Site> sites = new HashMap<>();
        for (String path : LlavaNames.linears(config)) {
            List<Long> shape = shapes.getOrDefault(path + ".weight", List.of());
            sites.put(path, new Site(path, shape.get(1), shape.get(0), shapes.containsKey(path + ".bias")));
        }
        return sites;
    }

    /** The projector's tensors. */
    static Map<String, List<Long>> projector(LlavaConfig config) {
        Map<String, List<Long>> shapes = new HashMap<>();
        LlavaNames.expected(config).forEach((name, shape) -> {
            if (name.startsWith("model.multi_modal_projector.")) {
                shapes.put(name, shape);
            }
        });
        return shapes;
    }
}
