package org.moslora.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.MergedWeights;
import org.moslora.adapters.QuantisedBase;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.llama.BackboneFolder;
import org.moslora.problems.Messages;
import org.moslora.tensors.DType;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.out.OwnFolder;
import org.moslora.tensors.quantised.BitsAndBytes;

/** Writes a LLaVA folder, or a text model's, with adapters added into its weights, everything else as it was. */
public final class Merging {
    static final long SHARD_BYTES = 5L << 30;

    private Merging() {}

    /**
     * Merges. The base stays as it is; tensors are read, added to and written one after the other.
     *
     * @param folder stays its owner's
     * @param out appears whole or not at all
     * @param type number format of all floating weights; null to keep each one's
     * @param requantize whether to add to quantised weights too, which are then quantised anew
     * @throws org.moslora.problems.InvalidInput when an adapter does not fit, or the base is quantised and must not be
     */
    public static void merge(
            BackboneFolder folder,
            List<ScaledAdapter> adapters,
            Path out,
            @Nullable DType type,
            boolean requantize,
            Messages messages) {
        Path model = folder.path();
        try (WeightSource files = BitsAndBytes.over(ModelFolder.open(model));
                LoadedAdapters loaded = LoadedAdapters.open(adapters);
                Arena arena = Arena.open(Compute.cpu())) {
            QuantisedBase.check(model.toString(), List.of(files), requantize);
            loaded.checkMergeable();
            loaded.check(folder.sites(), projector(folder));
            if (folder.text().tied()) {
                loaded.checkBesides(folder.table());
            }
            MergedWeights merged = new MergedWeights(files, loaded, folder.keys()::canonical, arena, type);
            List<TensorData> tensors = new ArrayList<>();
            files.names().forEach(name -> tensors.addAll(merged.tensors(name)));
            messages.tell("merging " + merged.touched() + " of " + tensors.size() + " tensors");
            OwnFolder.write(out, partial -> {
                SafetensorsWriter.writeSharded(partial, WeightName.MODEL, SHARD_BYTES, tensors, Map.of("format", "pt"));
                FolderCopy.besidesWeights(model, partial, type);
            });
        }
    }

    /** The projector's tensors; none in a text model. */
    public static Map<String, List<Long>> projector(BackboneFolder folder) {
        Map<String, List<Long>> shapes = new HashMap<>();
        folder.expected().forEach((name, shape) -> {
            if (!folder.connector().isEmpty() && name.startsWith(folder.connector())) {
                shapes.put(name, shape);
            }
        });
        return shapes;
    }
}
