package org.moslora.llava;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.llama.TextNames;

/** The one place that names a LLaVA's tensors, as transformers 5 spells its modules, with the shapes a config gives. */
public final class LlavaNames {
    /** Names of the language model. */
    public static final TextNames TEXT = new TextNames("model.language_model.");
    /** What names of the tower begin with. */
    public static final String VISION = "model.vision_tower.";
    /** What names of the projector begin with. */
    public static final String PROJECTOR = "model.multi_modal_projector.";

    private final SortedMap<String, List<Long>> shapes = new TreeMap<>();

    private LlavaNames() {}

    /** Path of a tower block. */
    public static String encoder(int layer) {
        return encoder(VISION, layer);
    }

    /** Path of a block of a tower whose names begin with {@code path}. */
    static String encoder(String path, int layer) {
        return path + "encoder.layers." + layer + ".";
    }

    /** Every tensor that a folder of this config must hold, with its shape; a tied head is left out. */
    public static SortedMap<String, List<Long>> expected(LlavaConfig config) {
        LlavaNames names = new LlavaNames();
        names.vision(VISION, config.vision());
        names.projector(config);
        names.shapes.putAll(TEXT.expected(config.text()));
        return names.shapes;
    }

    /** Paths of all linears that the model makes: not those of tower layers past the last one used. */
    public static List<String> linears(LlavaConfig config) {
        return expected(config).entrySet().stream()
                .filter(entry -> entry.getValue().size() == 2 && entry.getKey().endsWith(".weight"))
                .map(entry -> entry.getKey().substring(0, entry.getKey().length() - ".weight".length()))
                .filter(path -> path.matches(".*(_proj|\\.fc[12]|\\.linear_[12])"))
                .filter(path -> used(path, config.usedVisionLayers()))
                .toList();
    }

    private static boolean used(String path, int layers) {
        String prefix = VISION + "encoder.layers.";
        return !path.startsWith(prefix)
                || Integer.parseInt(path.substring(prefix.length(), path.indexOf('.', prefix.length()))) < layers;
    }

    /** Every tensor of a tower by itself, whose names begin with {@code path}, with its shape. */
    public static SortedMap<String, List<Long>> tower(String path, VisionConfig config) {
        LlavaNames names = new LlavaNames();
        names.vision(path, config);
        return names.shapes;
    }

    private void vision(String path, VisionConfig vision) {
        int width = vision.hidden();
        add(path + "embeddings.class_embedding", width);
        add(path + "embeddings.patch_embedding.weight", width, 3, vision.patchSize(), vision.patchSize());
        add(path + "embeddings.position_embedding.weight", vision.tokens(), width);
        norm(path + "pre_layrnorm", width);
        norm(path + "post_layernorm", width);
        for (int i = 0; i < vision.layers(); i++) {
            String block = encoder(path, i);
            norm(block + "layer_norm1", width);
            norm(block + "layer_norm2", width);
            for (String leaf : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
                linear(block + "self_attn." + leaf, width, width, true);
            }
            linear(block + "mlp.fc1", vision.inner(), width, true);
            linear(block + "mlp.fc2", width, vision.inner(), true);
        }
    }

    private void projector(LlavaConfig config) {
        int features = config.vision().hidden() * config.featureLayers().size();
        int hidden = config.text().hidden();
        linear(PROJECTOR + "linear_1", hidden, features, config.projectorBias());
        linear(PROJECTOR + "linear_2", hidden, hidden, config.projectorBias());
    }

    private void norm(String path, long width) {
        add(path + ".weight", width);
        add(path + ".bias", width);
    }

    private void linear(String path, long outputs, long inputs, boolean biased) {
        add(path + ".weight", outputs, inputs);
        if (biased) {
            add(path + ".bias", outputs);
        }
    }

    private void add(String name, long... shape) {
        shapes.put(name, java.util.Arrays.stream(shape).boxed().toList());
    }
}
