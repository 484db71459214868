package org.moslora.diffusion.flux2;

import java.util.List;
import java.util.SortedMap;
import org.moslora.tensors.TensorShapes;

/** The one place that names the tensors of FLUX.2's transformer, as diffusers spells them, with the shapes of a config. */
public final class Flux2Names {
    /** What the paths of its layers begin with. */
    public static final String COMPONENT = "transformer.";

    static final String PICTURES = "x_embedder";
    static final String TEXTS = "context_embedder";
    static final String TIME = "time_guidance_embed.timestep_embedder.linear_1";
    static final String TIME_OUT = "time_guidance_embed.timestep_embedder.linear_2";
    static final List<String> MODULATIONS = List.of(
            "double_stream_modulation_img.linear",
            "double_stream_modulation_txt.linear",
            "single_stream_modulation.linear");
    static final String NORM_OUT = "norm_out.linear";
    static final String OUT = "proj_out";

    private final Flux2Config config;
    private final TensorShapes shapes = new TensorShapes();

    private Flux2Names(Flux2Config config) {
        this.config = config;
    }

    static String doubleBlock(int number) {
        return "transformer_blocks." + number + ".";
    }

    static String singleBlock(int number) {
        return "single_transformer_blocks." + number + ".attn.";
    }

    /** Every tensor that a transformer of this config has, with its shape. */
    public static SortedMap<String, List<Long>> expected(Flux2Config config) {
        Flux2Names names = new Flux2Names(config);
        names.ends();
        for (int i = 0; i < config.doubles(); i++) {
            names.both(doubleBlock(i));
        }
        for (int i = 0; i < config.singles(); i++) {
            names.one(singleBlock(i));
        }
        return names.shapes.all();
    }

    private void ends() {
        int width = config.width();
        linear(PICTURES, width, config.channels());
        linear(TEXTS, width, config.textWidth());
        linear(TIME, width, config.timeWidth());
        linear(TIME_OUT, width, width);
        linear(MODULATIONS.get(0), 6L * width, width);
        linear(MODULATIONS.get(1), 6L * width, width);
        linear(MODULATIONS.get(2), 3L * width, width);
        linear(NORM_OUT, 2L * width, width);
        linear(OUT, config.channels(), width);
    }

    private void both(String path) {
        int width = config.width();
        for (String leaf : Flux2Blocks.ATTENTION) {
            linear(path + leaf, width, width);
        }
        for (String norm : Flux2Blocks.NORMS) {
            shapes.add(path + norm + ".weight", config.headWidth());
        }
        for (String part : List.of("ff.", "ff_context.")) {
            linear(path + part + "linear_in", 2L * config.inner(), width);
            linear(path + part + "linear_out", width, config.inner());
        }
    }

    private void one(String path) {
        int width = config.width();
        linear(path + "to_qkv_mlp_proj", 3L * width + 2L * config.inner(), width);
        linear(path + "to_out", width, (long) width + config.inner());
        shapes.add(path + "norm_q.weight", config.headWidth());
        shapes.add(path + "norm_k.weight", config.headWidth());
    }

    private void linear(String path, long outputs, long inputs) {
        shapes.linear(path, outputs, inputs, false);
    }
}
