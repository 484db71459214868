package org.moslora.diffusion.text;

import java.util.List;
import java.util.SortedMap;
import org.moslora.layers.block.ClipLayers;
import org.moslora.tensors.TensorShapes;

/** The one place that names a text encoder's tensors, as its hub files spell them, with the shapes of a config. */
public final class ClipTextNames {
    /** The projection of the pooled text. A CLIPTextModel's file may carry one that is never used. */
    public static final String PROJECTION = "text_projection.weight";

    /** What every name begins with but that of the projection. */
    public static final String MODEL = "text_model.";
    /** The embedding table. */
    public static final String TOKENS = MODEL + "embeddings.token_embedding.weight";
    /** The table of positions. */
    public static final String POSITIONS = MODEL + "embeddings.position_embedding.weight";
    /** The norm after the blocks. */
    public static final String FINAL_NORM = MODEL + "final_layer_norm";

    /** What the names of the blocks begin with. */
    static final String LAYERS = MODEL + "encoder.layers.";

    private ClipTextNames() {}

    /** Path of a block. */
    public static String block(int layer) {
        return LAYERS + layer + ".";
    }

    /** Every tensor that a text encoder of this config has, with its shape. */
    public static SortedMap<String, List<Long>> expected(ClipTextConfig config) {
        TensorShapes shapes = new TensorShapes();
        int width = config.hidden();
        shapes.add(TOKENS, config.vocabulary(), width);
        shapes.add(POSITIONS, config.positions(), width);
        ClipLayers.expect(shapes, LAYERS, config.layers(), width, config.inner());
        shapes.norm(FINAL_NORM, width);
        if (config.projection() > 0) {
            shapes.add(PROJECTION, config.projection(), width);
        }
        return shapes.all();
    }
}
