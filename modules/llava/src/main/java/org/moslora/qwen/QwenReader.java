package org.moslora.qwen;

import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.LanguageModelConfigReader;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Reads a config, flat as the hub's older files are, or with a section for the language model. */
final class QwenReader {
    private static final int IMAGE_TOKEN = 151655;
    private static final List<String> ACTIVATIONS = List.of("quick_gelu", "gelu", "gelu_pytorch_tanh", "silu");

    private final ConfigSection top;
    private final ConfigSection seen;

    QwenReader(ConfigSection top) {
        this.top = top;
        ConfigSection given = top.section("vision_config");
        this.seen = given == null
                ? new ConfigSection(top.where() + " vision_config", new JsonObject(), new Problems())
                : given;
    }

    QwenConfig qwen2() {
        int width = seen.size("embed_dim", 1280);
        QwenVision vision = vision(width, width * seen.size("mlp_ratio", 4), 32, 14, "quick_gelu", Shape.PLAIN);
        return config("qwen2_vl", QwenNames.QWEN2, "qwen2_vl_text", vision, "hidden_size", ChatTemplate.QWEN2_VL);
    }

    QwenConfig qwen25() {
        int width = seen.size("hidden_size", 3584);
        QwenVision vision = vision(width, seen.size("intermediate_size", 3420), 32, 14, "silu", Shape.WINDOWED);
        return config(
                "qwen2_5_vl", QwenNames.QWEN25, "qwen2_5_vl_text", vision, "out_hidden_size", ChatTemplate.QWEN2_VL);
    }

    QwenConfig qwen3() {
        int width = seen.size("hidden_size", 1152);
        QwenVision vision =
                vision(width, seen.size("intermediate_size", 4304), 27, 16, "gelu_pytorch_tanh", Shape.DEEP);
        return config("qwen3_vl", QwenNames.QWEN3, "qwen3_vl_text", vision, "out_hidden_size", ChatTemplate.CHATML);
    }

    /** What else a family's tower has. */
    private enum Shape {
        /** Nothing. */
        PLAIN,
        /** Windows, a gate and RMS norms. */
        WINDOWED,
        /** A table of positions, and states that are added behind the decoder's first layers. */
        DEEP
    }

    private QwenVision vision(int width, int inner, int depth, int side, String activation, Shape shape) {
        int blocks = seen.blocks("depth", depth);
        int heads = seen.size("num_heads", 16);
        int patch = seen.size("patch_size", side);
        int merge = seen.size("spatial_merge_size", 2);
        if (width % heads != 0 || width / heads % 4 != 0) {
            seen.problem("has a width of %d, of which num_heads %d make no heads of a multiple of 4", width, heads);
        }
        seen.mustBe("in_channels", "3");
        ConfigSection rope = seen.section("rope_parameters");
        if (rope != null) {
            rope.mustBe("rope_theta", "10000");
        }
        boolean windowed = shape == Shape.WINDOWED;
        boolean deep = shape == Shape.DEEP;
        int window = windowed ? seen.size("window_size", 112) / merge / patch : 0;
        if (windowed && window < 1) {
            seen.problem("window_size is less than the %d pixels of a token", merge * patch);
        }
        return new QwenVision(
                width,
                inner,
                blocks,
                heads,
                patch,
                seen.size("temporal_patch_size", 2),
                merge,
                seen.oneOf("hidden_act", activation, ACTIVATIONS),
                windowed,
                window,
                windowed ? whole() : Set.of(),
                deep ? places() : 0,
                deep ? deep(blocks) : List.of());
    }

    private Set<Integer> whole() {
        return new HashSet<>(
                seen.has("fullatt_block_indexes") ? seen.wholes("fullatt_block_indexes", 7) : List.of(7, 15, 23, 31));
    }

    private int places() {
        int all = seen.size("num_position_embeddings", 2304);
        int side = (int) Math.round(Math.sqrt(all));
        if (side * side != all) {
            seen.problem("num_position_embeddings is %d, which is no square", all);
        }
        return side;
    }

    private List<Integer> deep(int blocks) {
        List<Integer> deep =
                seen.has("deepstack_visual_indexes") ? seen.wholes("deepstack_visual_indexes", 8) : List.of(8, 16, 24);
        if (deep.stream().anyMatch(i -> i < 0 || i >= blocks)) {
            seen.problem("deepstack_visual_indexes %s are not all among the %d blocks", deep, blocks);
        }
        return deep;
    }

    private QwenConfig config(
            String family, QwenNames names, String type, QwenVision vision, String out, ChatTemplate template) {
        LanguageModelConfigReader.checkQuantised(top);
        @Nullable ConfigSection given = top.section("text_config");
        boolean tied = top.flag("tie_word_embeddings", false);
        LanguageModelConfig text = LanguageModelConfigReader.inside(
                given == null ? top : given, type, tied, vision.deep().size());
        int wide = seen.size(out, text.hidden());
        if (wide != text.hidden()) {
            seen.problem("%s is %d, but the language model's hidden_size is %d", out, wide, text.hidden());
        }
        int image = top.whole("image_token_id", IMAGE_TOKEN);
        if (image < 0 || image >= text.vocabulary()) {
            top.problem("image_token_id is %d, but the embedding table has %d rows", image, text.vocabulary());
        }
        return new QwenConfig(family, names, text, vision, names == QwenNames.QWEN3, image, template);
    }
}
