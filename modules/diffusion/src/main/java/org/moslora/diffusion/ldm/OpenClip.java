package org.moslora.diffusion.ldm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.diffusion.parts.Derivation;
import org.moslora.diffusion.text.ClipTextConfig;

/**
 * A text encoder as OpenCLIP stores it: query, key and value in one matrix, and the projection transposed.
 *
 * @param shapes its tensors
 * @param unused blocks at the end that the model does not run
 * @param projected whether its projection is used
 */
record OpenClip(Shapes shapes, int unused, boolean projected) {
    private static final Pattern BLOCK =
            Pattern.compile("text_model\\.encoder\\.layers\\.(\\d+)\\.(.+)\\.(weight|bias)");
    private static final List<String> PROJECTIONS = List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj");
    private static final Map<String, String> PARTS = Map.of(
            "layer_norm1", "ln_1",
            "layer_norm2", "ln_2",
            "self_attn.out_proj", "attn.out_proj",
            "mlp.fc1", "mlp.c_fc",
            "mlp.fc2", "mlp.c_proj");
    private static final Map<String, String> ENDS = Map.of(
            "text_model.embeddings.token_embedding.weight", "token_embedding.weight",
            "text_model.embeddings.position_embedding.weight", "positional_embedding",
            "text_model.final_layer_norm.weight", "ln_final.weight",
            "text_model.final_layer_norm.bias", "ln_final.bias",
            "text_projection.weight", "text_projection");

    ClipTextConfig config() {
        int hidden = shapes.size("token_embedding.weight", 1);
        int blocks = shapes.count(i -> "transformer.resblocks." + i + ".ln_1.weight");
        return new ClipTextConfig(
                shapes.size("token_embedding.weight", 0),
                hidden,
                shapes.size("transformer.resblocks.0.mlp.c_fc.weight", 0),
                Math.max(1, blocks - unused),
                shapes.heads(hidden),
                shapes.size("positional_embedding", 0),
                "gelu",
                1e-5,
                projected ? shapes.size("text_projection", 1) : 0,
                ClipTextConfig.HIGHEST);
    }

    /** How a tensor of today's name comes about. */
    Derivation derive(String name) {
        Matcher block = BLOCK.matcher(name);
        if (!block.matches()) {
            String file = ENDS.getOrDefault(name, name);
            boolean transposed = file.equals("text_projection");
            return whole(file, transposed);
        }
        String path = "transformer.resblocks." + block.group(1) + ".";
        int part = PROJECTIONS.indexOf(block.group(2));
        if (part < 0) {
            return whole(path + PARTS.getOrDefault(block.group(2), block.group(2)) + "." + block.group(3), false);
        }
        String file = path + "attn.in_proj_" + block.group(3);
        List<Long> third = shape(file).map(OpenClip::third).orElse(List.of());
        long each = third.stream().reduce(1L, (a, b) -> a * b);
        return new Derivation(shapes.prefix() + file, third, part * each, false);
    }

    /** A third of the rows; a number without rows stays one, which is then refused by its shape. */
    private static List<Long> third(List<Long> whole) {
        List<Long> third = new ArrayList<>(whole);
        if (!third.isEmpty()) {
            third.set(0, third.get(0) / PROJECTIONS.size());
        }
        return third;
    }

    private Derivation whole(String file, boolean transposed) {
        List<Long> shape = shape(file).orElse(List.of());
        List<Long> made = transposed && shape.size() == 2 ? List.of(shape.get(1), shape.get(0)) : shape;
        return new Derivation(shapes.prefix() + file, made, 0, transposed);
    }

    private Optional<List<Long>> shape(String file) {
        return shapes.has(file) ? Optional.of(shapes.shape(file)) : Optional.empty();
    }
}
