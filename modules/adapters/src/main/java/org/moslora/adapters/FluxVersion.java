package org.moslora.adapters;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.moslora.adapters.names.TransformerTree;
import org.moslora.tensors.WeightSource;

/**
 * Which of two transformers a file is for whose trees have the same names: FLUX.1's feed-forwards are four times as wide
 * as its states, FLUX.2's twice three times.
 */
final class FluxVersion {
    private static final Pattern FIRST = Pattern.compile("(img|txt)_mlp[._]0$");
    private static final Pattern SINGLE = Pattern.compile("single_blocks[._]\\d+[._]linear1$");
    private static final long FLUX_1_WIDTHS = 4;
    /** Queries, keys and values besides. */
    private static final long FLUX_1_SINGLE = 7;

    private FluxVersion() {}

    /** The tree, or that of the other version where the shapes of the file's layers say so. */
    static TransformerTree of(WeightSource file, TransformerTree tree, Map<String, OriginalKey> keys) {
        if (tree != TransformerTree.FLUX_1 && tree != TransformerTree.FLUX_2) {
            return tree;
        }
        for (Map.Entry<String, OriginalKey> key : keys.entrySet()) {
            OriginalKey own = key.getValue();
            boolean up = own.end().equals("lora_up.weight") || own.end().equals("lora_B.weight");
            boolean first = FIRST.matcher(own.name()).find();
            boolean single = SINGLE.matcher(own.name()).find();
            Optional<Long> inputs = up && (first || single) ? own.inputs(file, key.getKey()) : Optional.empty();
            if (inputs.isPresent()) {
                long widths = file.info(key.getKey()).shape().get(0) / Math.max(1, inputs.get());
                return widths == (first ? FLUX_1_WIDTHS : FLUX_1_SINGLE)
                        ? TransformerTree.FLUX_1
                        : TransformerTree.FLUX_2;
            }
        }
        boolean modulated = keys.values().stream()
                .anyMatch(key -> key.name().matches(".*(_mod|modulation)[._]lin|guidance_in.*|vector_in.*"));
        boolean shared =
                keys.values().stream().anyMatch(key -> key.name().matches("(double|single)_stream_modulation.*"));
        // Attention alone is the same in both.
        return shared ? TransformerTree.FLUX_2 : modulated ? TransformerTree.FLUX_1 : tree;
    }
}
