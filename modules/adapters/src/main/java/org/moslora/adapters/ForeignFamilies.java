package org.moslora.adapters;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Models that many adapters are for and that this program does not run, told by the names of their layers. */
final class ForeignFamilies {
    private static final Map<String, Pattern> FAMILIES = new LinkedHashMap<>();

    static {
        FAMILIES.put(
                "GPT-2 (Conv1D layers such as c_attn, which hold their weights transposed)",
                Pattern.compile(".*\\bh\\.\\d+\\.(attn|mlp|crossattention)\\.(c_attn|c_proj|c_fc|q_attn)\\b.*"));
        FAMILIES.put(
                "DistilBERT",
                Pattern.compile(".*\\btransformer\\.layer\\.\\d+\\.(attention\\.(q|k|v|out)_lin|ffn\\.lin[12])\\b.*"));
        FAMILIES.put(
                "BERT, RoBERTa or ViT",
                Pattern.compile(".*\\bencoder\\.layer\\.\\d+\\.(attention|intermediate|output)\\..*"));
        FAMILIES.put("T5", Pattern.compile(".*\\b(encoder|decoder)\\.block\\.\\d+\\.layer\\.\\d+\\..*"));
        FAMILIES.put(
                "Falcon, BLOOM, GPT-NeoX or ChatGLM",
                Pattern.compile(".*\\b(self_attention|attention)\\.(query_key_value|dense)\\b.*"));
        FAMILIES.put("a classifier's head", Pattern.compile(".*\\b(pre_classifier|classifier|score)\\..*"));
    }

    private ForeignFamilies() {}

    /** Whose layers these are, by keys or paths; empty where nothing tells. */
    static Optional<String> of(Collection<String> names) {
        return FAMILIES.entrySet().stream()
                .filter(family -> names.stream()
                        .anyMatch(name -> family.getValue().matcher(name).matches()))
                .findFirst()
                .map(Map.Entry::getKey);
    }
}
