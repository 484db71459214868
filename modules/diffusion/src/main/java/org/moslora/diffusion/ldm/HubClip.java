package org.moslora.diffusion.ldm;

import org.moslora.diffusion.text.ClipTextConfig;

/** A text encoder as transformers stores it: OpenAI's CLIP. */
record HubClip(Shapes shapes) {
    ClipTextConfig config() {
        String tokens = "embeddings.token_embedding.weight";
        int hidden = shapes.size(tokens, 1);
        return new ClipTextConfig(
                shapes.size(tokens, 0),
                hidden,
                shapes.size("encoder.layers.0.mlp.fc1.weight", 0),
                Math.max(1, shapes.count(i -> "encoder.layers." + i + ".layer_norm1.weight")),
                shapes.heads(hidden),
                shapes.size("embeddings.position_embedding.weight", 0),
                "quick_gelu",
                1e-5,
                0,
                ClipTextConfig.HIGHEST);
    }
}
