package org.moslora.tuning;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.adapters.TrainedWeights;
import org.moslora.layers.Arena;
import org.moslora.llama.BackboneFolder;
import org.moslora.llama.LlamaNames;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.quantised.BitsAndBytes;

/** Writes the model that a run of kind full leaves: the base's folder with the trained weights in it. */
final class TunedLanguageModel {
    private TunedLanguageModel() {}

    /** @param into an empty folder */
    static void fill(Path into, BackboneFolder base, Processor processor, TrainedAdapters trained, Arena arena)
            throws IOException {
        try (WeightSource files = BitsAndBytes.over(ModelFolder.open(base.path()))) {
            List<TensorData> tensors = TrainedWeights.of(files, trainedName(base), trained, arena);
            SafetensorsWriter.writeSharded(
                    into, WeightName.MODEL, Merging.SHARD_BYTES, tensors, Map.of("format", "pt"));
            FolderCopy.besidesWeights(base.path(), into, null);
            ProcessorFile.write(into, processor);
        }
    }

    /** Where a file holds a tied head too, that is the table once more. */
    private static UnaryOperator<String> trainedName(BackboneFolder base) {
        return key -> {
            String name = base.keys().canonical(key);
            return name.equals(LlamaNames.HEAD) && base.text().tied() ? base.table() + ".weight" : name;
        };
    }
}
