package org.moslora.diffusion.mmdit;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.moslora.tensors.TensorShapes;

/** The one place that names a transformer's tensors, as diffusers spells them, with the shapes that a config gives. */
public final class MmditNames {
    /** What the paths of its linears begin with; the names of its tensors lack it. */
    public static final String COMPONENT = "transformer.";
    /** The table of positions, which is no parameter. */
    public static final String POSITIONS = "pos_embed.pos_embed";

    static final String TEXT = "context_embedder";
    static final String END_NORM = "norm_out.linear";
    static final String END = "proj_out";
    private static final int INNER = 4;
    private static final String TIME = "time_text_embed.";

    private final MmditConfig config;
    private final TensorShapes shapes = new TensorShapes();

    private MmditNames(MmditConfig config) {
        this.config = config;
    }

    /** The layer that makes states of places. */
    static String places(MmditConfig config) {
        return config.flux() ? "x_embedder" : "pos_embed.proj";
    }

    /** The six layers that read time, pooled text and guidance. */
    static List<String> times(MmditConfig config) {
        List<String> paths = new ArrayList<>();
        List<String> embedders = new ArrayList<>(List.of("timestep_embedder", "text_embedder"));
        if (config.guided()) {
            embedders.add("guidance_embedder");
        }
        for (String embedder : embedders) {
            paths.add(TIME + embedder + ".linear_1");
            paths.add(TIME + embedder + ".linear_2");
        }
        return paths;
    }

    static String doubled(int block) {
        return "transformer_blocks." + block + ".";
    }

    static String single(int block) {
        return "single_transformer_blocks." + block + ".";
    }

    /** Every tensor that a transformer of this config has, with its shape. */
    public static SortedMap<String, List<Long>> expected(MmditConfig config) {
        MmditNames names = new MmditNames(config);
        names.ends();
        for (int i = 0; i < config.doubles(); i++) {
            names.doubled(doubled(i), config.ends(i), config.dual().contains(i));
        }
        for (int i = 0; i < config.singles(); i++) {
            names.single(single(i));
        }
        return names.shapes.all();
    }

    private void ends() {
        long width = config.width();
        long place = 4L * config.channels();
        if (config.flux()) {
            shapes.linear(places(config), width, place, true);
        } else {
            shapes.convolution(places(config), width, config.channels(), 2);
            shapes.add(POSITIONS, 1, (long) config.side() * config.side(), width);
        }
        shapes.linear(TEXT, width, config.textWidth(), true);
        List<String> times = times(config);
        for (int i = 0; i < times.size(); i++) {
            long inputs = i == 2 ? config.pooledWidth() : MmditConfig.TIME;
            shapes.linear(times.get(i), width, i % 2 == 0 ? inputs : width, true);
        }
        shapes.linear(END_NORM, 2 * width, width, true);
        shapes.linear(END, place, width, true);
    }

    private void doubled(String path, boolean last, boolean dual) {
        long width = config.width();
        shapes.linear(path + "norm1.linear", (dual ? 9 : 6) * width, width, true);
        shapes.linear(path + "norm1_context.linear", (last ? 2 : 6) * width, width, true);
        attention(
                path + "attn.", List.of("to_q", "to_k", "to_v", "add_q_proj", "add_k_proj", "add_v_proj", "to_out.0"));
        headNorms(path + "attn.", List.of("norm_q", "norm_k", "norm_added_q", "norm_added_k"));
        forward(path + "ff.net.");
        if (!last) {
            attention(path + "attn.", List.of("to_add_out"));
            forward(path + "ff_context.net.");
        }
        if (dual) {
            attention(path + "attn2.", List.of("to_q", "to_k", "to_v", "to_out.0"));
            headNorms(path + "attn2.", List.of("norm_q", "norm_k"));
        }
    }

    private void single(String path) {
        long width = config.width();
        shapes.linear(path + "norm.linear", 3 * width, width, true);
        attention(path + "attn.", List.of("to_q", "to_k", "to_v"));
        headNorms(path + "attn.", List.of("norm_q", "norm_k"));
        shapes.linear(path + "proj_mlp", INNER * width, width, true);
        shapes.linear(path + "proj_out", width, (1 + INNER) * width, true);
    }

    private void attention(String path, List<String> leaves) {
        leaves.forEach(leaf -> shapes.linear(path + leaf, config.width(), config.width(), true));
    }

    private void headNorms(String path, List<String> leaves) {
        if (config.headNorms()) {
            leaves.forEach(leaf -> shapes.add(path + leaf + ".weight", config.headWidth()));
        }
    }

    private void forward(String path) {
        long width = config.width();
        shapes.linear(path + "0.proj", INNER * width, width, true);
        shapes.linear(path + "2", width, INNER * width, true);
    }
}
