package org.moslora.llava;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.layers.block.ClipLayers;
import org.moslora.llama.LlamaNames;
import org.moslora.tensors.TensorShapes;
import org.moslora.tensors.keys.LlavaKeys;

/** The one place that names a LLaVA's tensors, as transformers 5 spells its modules, with the shapes a config gives. */
public final class LlavaNames {
    /** Names of the language model. */
    public static final LlamaNames TEXT = new LlamaNames(LlavaKeys.TEXT);
    /** What names of the tower begin with. */
    public static final String VISION = LlavaKeys.VISION;
    /** What names of the projector begin with. */
    public static final String PROJECTOR = LlavaKeys.PROJECTOR;

    /** What the names of a tower's blocks begin with, below the tower. */
    static final String LAYERS = "encoder.layers.";

    private final TensorShapes shapes = new TensorShapes();

    private LlavaNames() {}

    /** Path of a tower block. */
    public static String encoder(int layer) {
        return VISION + LAYERS + layer + ".";
    }

    /** Every tensor that a folder of this config must hold, with its shape; a tied head is left out. */
    public static SortedMap<String, List<Long>> expected(LlavaConfig config) {
        LlavaNames names = new LlavaNames();
        names.vision(VISION, config.vision());
        names.projector(config);
        SortedMap<String, List<Long>> all = new TreeMap<>(names.shapes.all());
        all.putAll(TEXT.expected(config.text()));
        return all;
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
        String prefix = VISION + LAYERS;
        return !path.startsWith(prefix)
                || Integer.parseInt(path.substring(prefix.length(), path.indexOf('.', prefix.length()))) < layers;
    }

    /** Every tensor of a tower by itself, whose names begin with {@code path}, with its shape. */
    public static SortedMap<String, List<Long>> tower(String path, VisionConfig config) {
        LlavaNames names = new LlavaNames();
        names.vision(path, config);
        return names.shapes.all();
    }

    private void vision(String path, VisionConfig vision) {
        int width = vision.hidden();
        if (vision.kind() == TowerKind.CLIP) {
            shapes.add(path + "embeddings.class_embedding", width);
            shapes.norm(path + "pre_layrnorm", width);
        } else {
            shapes.add(path + "embeddings.patch_embedding.bias", width);
        }
        shapes.add(path + "embeddings.patch_embedding.weight", width, 3, vision.patchSize(), vision.patchSize());
        shapes.add(path + "embeddings.position_embedding.weight", vision.tokens(), width);
        shapes.norm(path + "post_layernorm", width);
        ClipLayers.expect(shapes, path + LAYERS, vision.layers(), width, vision.inner());
    }

    private void projector(LlavaConfig config) {
        int features = config.vision().hidden() * config.featureLayers().size();
        int hidden = config.text().hidden();
        shapes.linear(PROJECTOR + "linear_1", hidden, features, config.projectorBias());
        shapes.linear(PROJECTOR + "linear_2", hidden, hidden, config.projectorBias());
    }
}
