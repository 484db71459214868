package org.moslora.tensors;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Guesses why a tensor does not fit, as the end of a message. */
final class MisfitCause {
    private static final Pattern LAYER = Pattern.compile("^(.*\\.layers\\.)(\\d+)\\.");

    private MisfitCause() {}

    static String ofMissing(String name, Set<String> present, String saidBy) {
        Matcher layer = LAYER.matcher(name);
        if (layer.find() && present.stream().noneMatch(other -> other.startsWith(layer.group()))) {
            return "; does " + saidBy + " say more layers (num_hidden_layers) than there are?";
        }
        String part = name.substring(0, Math.max(0, name.indexOf('.', name.indexOf('.') + 1)));
        if (!part.isEmpty() && present.stream().noneMatch(other -> other.startsWith(part + "."))) {
            return "; the file has nothing at all of " + part;
        }
        return "";
    }

    static Optional<String> ofUnexpected(String name, Expectation expected) {
        Matcher layer = LAYER.matcher(name);
        if (layer.find()
                && expected.shapes().keySet().stream().noneMatch(other -> other.startsWith(layer.group()))
                && expected.shapes().keySet().stream().anyMatch(other -> other.startsWith(layer.group(1)))) {
            return Optional.of("; does " + expected.saidBy() + " say fewer layers (num_hidden_layers) than there are?");
        }
        if (name.matches(".*\\.(absmax|quant_map|nested_absmax|nested_quant_map|quant_state\\..*)")) {
            return Optional.of("; the file was quantised by bitsandbytes");
        }
        return Optional.empty();
    }

    static String ofShape(String name, TensorInfo actual, List<Long> expected, String saidBy) {
        if (actual.dtype() == DType.U8) {
            return "; its values are packed (U8): was it quantised?";
        }
        if (transposed(actual.shape(), expected)) {
            return "; it seems transposed";
        }
        if (name.matches(".*(embed_tokens|lm_head)\\.weight")
                && actual.shape().size() == 2
                && actual.shape().get(1).equals(expected.get(1))) {
            return "; " + saidBy + " says vocab_size " + expected.get(0) + ", the file has "
                    + actual.shape().get(0);
        }
        if (name.matches(".*position_embedding\\.weight")) {
            return "; does " + saidBy + " say another image_size or patch_size?";
        }
        return "; is " + saidBy + " that of another model (hidden_size, intermediate_size, num_key_value_heads)?";
    }

    private static boolean transposed(List<Long> actual, List<Long> expected) {
        List<Long> reversed = new ArrayList<>(actual);
        Collections.reverse(reversed);
        return reversed.equals(expected);
    }
}
