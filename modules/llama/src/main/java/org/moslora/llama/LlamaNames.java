package org.moslora.llama;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.TensorShapes;

/**
 * The one place that names a language model's tensors, as transformers 5 spells its modules, with the shapes that a
 * config gives.
 *
 * @param prefix what all but the head's begin with: {@code model.} in a text model, longer inside another model
 */
public record LlamaNames(String prefix) {
    /** The head, whatever the prefix. */
    public static final String HEAD = "lm_head.weight";

    private static final String WEIGHT = ".weight";

    /** Names in a text model on its own. */
    public static LlamaNames alone() {
        return new LlamaNames("model.");
    }

    /** Path of the embedding table. */
    public String table() {
        return prefix + "embed_tokens";
    }

    /** The embedding table's weight. */
    public String embedding() {
        return table() + WEIGHT;
    }

    /** The norm after the blocks. */
    public String finalNorm() {
        return prefix + "norm.weight";
    }

    /** Path of a block. */
    public String block(int layer) {
        return prefix + "layers." + layer + ".";
    }

    /** The norm of a block; null where its family has none. */
    @Nullable
    String norm(int layer, Norm norm, LanguageModelConfig config) {
        String path = norm.path(config);
        return path == null ? null : block(layer) + path + WEIGHT;
    }

    /** The norms of a block, in the order in which kernels have them. */
    enum Norm {
        BEFORE_ATTENTION,
        BEFORE_FEED_FORWARD,
        QUERIES,
        KEYS,
        AFTER_ATTENTION,
        AFTER_FEED_FORWARD;

        boolean ofHeads() {
            return this == QUERIES || this == KEYS;
        }

        @Nullable
        String path(LanguageModelConfig config) {
            boolean branches = config.parts().branchNorms();
            return switch (this) {
                case BEFORE_ATTENTION -> "input_layernorm";
                case BEFORE_FEED_FORWARD -> branches ? "pre_feedforward_layernorm" : "post_attention_layernorm";
                case QUERIES -> config.parts().headNorms() ? "self_attn.q_norm" : null;
                case KEYS -> config.parts().headNorms() ? "self_attn.k_norm" : null;
                case AFTER_ATTENTION -> branches ? "post_attention_layernorm" : null;
                case AFTER_FEED_FORWARD -> branches ? "post_feedforward_layernorm" : null;
            };
        }
    }

    /** Every tensor that a model of this config must have, with its shape; a tied head is left out. */
    public SortedMap<String, List<Long>> expected(LanguageModelConfig config) {
        TensorShapes shapes = new TensorShapes();
        int hidden = config.hidden();
        int queries = config.heads() * config.headWidth();
        int keys = config.keyValueHeads() * config.headWidth();
        shapes.add(embedding(), config.vocabulary(), hidden);
        shapes.add(finalNorm(), hidden);
        if (!config.tied()) {
            shapes.add(HEAD, config.vocabulary(), hidden);
        }
        for (int i = 0; i < config.layers(); i++) {
            String block = block(i);
            for (Norm norm : Norm.values()) {
                String name = norm.path(config);
                if (name != null) {
                    shapes.add(block + name + WEIGHT, norm.ofHeads() ? config.headWidth() : hidden);
                }
            }
            shapes.linear(block + "self_attn.q_proj", queries, hidden, config.attentionBias());
            shapes.linear(block + "self_attn.k_proj", keys, hidden, config.attentionBias());
            shapes.linear(block + "self_attn.v_proj", keys, hidden, config.attentionBias());
            shapes.linear(block + "self_attn.o_proj", hidden, queries, config.outputBias());
            shapes.linear(block + "mlp.gate_proj", config.inner(), hidden, config.feedForwardBias());
            shapes.linear(block + "mlp.up_proj", config.inner(), hidden, config.feedForwardBias());
            shapes.linear(block + "mlp.down_proj", hidden, config.inner(), config.feedForwardBias());
        }
        return shapes.all();
    }

    /** Paths of all linears of the blocks. */
    public List<String> linears(LanguageModelConfig config) {
        return expected(config).keySet().stream()
                .filter(name -> name.endsWith("_proj" + WEIGHT))
                .map(name -> name.substring(0, name.length() - WEIGHT.length()))
                .toList();
    }
}
