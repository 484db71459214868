package org.moslora.diffusion.unet;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.ConfigSection;

/** Reads the config of diffusers' UNet2DConditionModel with its class's defaults. */
final class UNetConfigReader {
    private static final String CROSS_DOWN = "CrossAttnDownBlock2D";
    private static final String CROSS_UP = "CrossAttnUpBlock2D";

    private final ConfigSection given;

    UNetConfigReader(ConfigSection given) {
        this.given = given;
    }

    UNetConfig read() {
        refuse();
        List<UNetConfig.Level> levels = levels();
        int groups = given.size("norm_num_groups", 32);
        for (UNetConfig.Level level : levels) {
            if (level.channels() % groups != 0 || level.channels() % level.heads() != 0) {
                given.problem(
                        "block_out_channels has %d, which norm_num_groups %d and the %d heads (attention_head_dim)"
                                + " must divide",
                        level.channels(), groups, level.heads());
            }
        }
        return new UNetConfig(
                channels("in_channels"),
                channels("out_channels"),
                sampleSize(),
                levels,
                textWidth(),
                groups,
                given.number("norm_eps", 1e-5),
                given.flag("use_linear_projection", false),
                given.flag("upcast_attention", false),
                given.flag("flip_sin_to_cos", true),
                given.whole("freq_shift", 0),
                added());
    }

    private void refuse() {
        given.mustBe("_class_name", "\"UNet2DConditionModel\"");
        given.mustBe("act_fn", "\"silu\"");
        given.mustBe("downsample_padding", "1");
        given.mustBe("mid_block_scale_factor", "1");
        given.mustBe("resnet_out_scale_factor", "1");
        given.mustBe("resnet_time_scale_shift", "\"default\"");
        given.mustBe("time_embedding_type", "\"positional\"");
        given.mustBe("attention_type", "\"default\"");
        given.mustBe("conv_in_kernel", "3");
        given.mustBe("conv_out_kernel", "3");
        given.mustBe("dropout", "0");
        given.mustBeAbsent(
                "center_input_sample",
                "only_cross_attention",
                "mid_block_only_cross_attention",
                "dual_cross_attention",
                "class_embed_type",
                "num_class_embeds",
                "class_embeddings_concat",
                "encoder_hid_dim",
                "encoder_hid_dim_type",
                "num_attention_heads",
                "resnet_skip_time_act",
                "reverse_transformer_layers_per_block",
                "time_embedding_act_fn",
                "time_embedding_dim",
                "time_cond_proj_dim",
                "timestep_post_act",
                "cross_attention_norm");
        given.mustBe("mid_block_type", "\"UNetMidBlock2DCrossAttn\"");
        if (given.isNull("mid_block_type")) {
            // The one key whose null means something of its own.
            given.problem("mid_block_type is null; this program computes no UNet without a middle block");
        }
    }

    private int channels(String key) {
        int channels = given.size(key, 4);
        if (channels != 4) {
            given.problem(
                    "%s is %d; this program works on pictures of 4 latent channels%s",
                    key, channels, channels == 9 ? " (9 is an inpainting model)" : "");
        }
        return channels;
    }

    private int sampleSize() {
        JsonElement size = given.value("sample_size");
        return size != null && size.isJsonArray()
                ? given.sizes("sample_size", List.of(64)).get(0)
                : given.size("sample_size", 64);
    }

    private int textWidth() {
        JsonElement width = given.value("cross_attention_dim");
        if (width == null || !width.isJsonArray()) {
            return given.size("cross_attention_dim", 1280);
        }
        List<Integer> widths = given.sizes("cross_attention_dim", List.of(1280));
        if (new HashSet<>(widths).size() > 1) {
            given.problem("cross_attention_dim is %s; this program feeds all blocks one text", width);
        }
        return widths.get(0);
    }

    private List<UNetConfig.Level> levels() {
        List<Integer> channels = given.sizes("block_out_channels", List.of(320, 640, 1280, 1280));
        int count = channels.size();
        List<Boolean> down = attention("down_block_types", CROSS_DOWN, "DownBlock2D", count, count - 1);
        List<Boolean> up = new ArrayList<>(attention("up_block_types", CROSS_UP, "UpBlock2D", count, 0));
        Collections.reverse(up);
        List<Integer> layers = given.blocks("layers_per_block", 2, count);
        List<Integer> depths = given.blocks("transformer_layers_per_block", 1, count);
        List<Integer> heads = given.sizes("attention_head_dim", 8, count);
        List<UNetConfig.Level> levels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            levels.add(new UNetConfig.Level(
                    channels.get(i), layers.get(i), down.get(i), up.get(i), heads.get(i), depths.get(i)));
        }
        return levels;
    }

    /** Which blocks have attention; by default all but the one at index {@code without}. */
    private List<Boolean> attention(String key, String cross, String plain, int count, int without) {
        List<Boolean> attention = new ArrayList<>(Collections.nCopies(count, true));
        attention.set(without, false);
        @Nullable List<String> types = given.has(key) ? given.texts(key, List.of()) : null;
        if (types == null) {
            return attention;
        }
        if (types.size() != count) {
            given.problem("%s has %d entries, but block_out_channels %d", key, types.size(), count);
            return attention;
        }
        for (int i = 0; i < count; i++) {
            if (!types.get(i).equals(cross) && !types.get(i).equals(plain)) {
                given.problem("%s has \"%s\"; this program computes %s and %s", key, types.get(i), cross, plain);
            }
            attention.set(i, types.get(i).equals(cross));
        }
        return attention;
    }

    private UNetConfig.@Nullable Added added() {
        if (!given.has("addition_embed_type")) {
            return null;
        }
        given.mustBe("addition_embed_type", "\"text_time\"");
        int sizeWidth = given.size("addition_time_embed_dim", 256);
        int width = given.size("projection_class_embeddings_input_dim", 2816);
        int pooled = width - UNetConfig.Added.SIZES * sizeWidth;
        if (pooled < 1) {
            given.problem(
                    "projection_class_embeddings_input_dim %d leaves nothing for the text beside six sizes of"
                            + " addition_time_embed_dim %d",
                    width, sizeWidth);
        }
        return new UNetConfig.Added(Math.max(1, pooled), sizeWidth);
    }
}
