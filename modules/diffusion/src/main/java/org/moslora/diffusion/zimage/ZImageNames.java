package org.moslora.diffusion.zimage;

import java.util.List;
import java.util.SortedMap;
import org.moslora.tensors.TensorShapes;

/** The one place that names the tensors of Z-Image's transformer, as diffusers spells them, with the shapes of a config. */
public final class ZImageNames {
    /** What the paths of its layers begin with. */
    public static final String COMPONENT = "transformer.";

    static final String PICTURES = "all_x_embedder.2-1";
    static final String PICTURE_PAD = "x_pad_token";
    static final String CAPTION_NORM = "cap_embedder.0";
    static final String CAPTIONS = "cap_embedder.1";
    static final String CAPTION_PAD = "cap_pad_token";
    static final String TIME = "t_embedder.mlp.0";
    static final String TIME_OUT = "t_embedder.mlp.2";
    static final String FINAL = "all_final_layer.2-1.linear";
    static final String FINAL_MODULATION = "all_final_layer.2-1.adaLN_modulation.1";
    static final String NOISE = "noise_refiner.";
    static final String CONTEXT = "context_refiner.";
    static final String LAYERS = "layers.";

    /** Width between the two linears of the time's embedding. */
    private static final int TIME_INNER = 1024;

    /** Width of the time's sinusoid. */
    static final int TIME_WIDTH = 256;

    private final ZImageConfig config;
    private final TensorShapes shapes = new TensorShapes();

    private ZImageNames(ZImageConfig config) {
        this.config = config;
    }

    /** Every tensor that a transformer of this config has, with its shape. */
    public static SortedMap<String, List<Long>> expected(ZImageConfig config) {
        ZImageNames names = new ZImageNames(config);
        names.ends();
        for (int i = 0; i < config.refiners(); i++) {
            names.block(NOISE + i, true);
            names.block(CONTEXT + i, false);
        }
        for (int i = 0; i < config.layers(); i++) {
            names.block(LAYERS + i, true);
        }
        return names.shapes.all();
    }

    private void ends() {
        int width = config.width();
        shapes.linear(PICTURES, width, config.patchWidth(), true);
        shapes.add(PICTURE_PAD, 1, width);
        shapes.add(CAPTION_NORM + ".weight", config.textWidth());
        shapes.linear(CAPTIONS, width, config.textWidth(), true);
        shapes.add(CAPTION_PAD, 1, width);
        shapes.linear(TIME, TIME_INNER, TIME_WIDTH, true);
        shapes.linear(TIME_OUT, config.timeWidth(), TIME_INNER, true);
        shapes.linear(FINAL, config.patchWidth(), width, true);
        shapes.linear(FINAL_MODULATION, width, config.timeWidth(), true);
    }

    private void block(String path, boolean modulated) {
        int width = config.width();
        for (String linear : List.of("to_q", "to_k", "to_v", "to_out.0")) {
            shapes.linear(path + ".attention." + linear, width, width, false);
        }
        shapes.add(path + ".attention.norm_q.weight", config.headWidth());
        shapes.add(path + ".attention.norm_k.weight", config.headWidth());
        for (String norm : List.of("attention_norm1", "attention_norm2", "ffn_norm1", "ffn_norm2")) {
            shapes.add(path + "." + norm + ".weight", width);
        }
        shapes.linear(path + ".feed_forward.w1", config.inner(), width, false);
        shapes.linear(path + ".feed_forward.w2", width, config.inner(), false);
        shapes.linear(path + ".feed_forward.w3", config.inner(), width, false);
        if (modulated) {
            shapes.linear(path + ".adaLN_modulation.0", 4L * width, config.timeWidth(), true);
        }
    }
}
