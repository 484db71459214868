package org.moslora.diffusion.mmdit;

import com.google.gson.JsonElement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.moslora.tensors.ConfigSection;

/**
 * Reads a transformer's {@code config.json} with the class's defaults; whatever this program does not compute becomes a
 * problem of the section.
 */
public final class MmditConfigReader {
    /** The class of Stable Diffusion 3's. */
    public static final String STABLE_DIFFUSION_3 = "SD3Transformer2DModel";
    /** The class of FLUX.1's. */
    public static final String FLUX = "FluxTransformer2DModel";

    private static final int AXES = 3;
    /** Latents that make a place. */
    private static final int PATCH = 4;
    /** Of FLUX.1's pictures where nothing is said, in latents. */
    private static final int FLUX_SAMPLE = 128;

    private final ConfigSection given;

    private MmditConfigReader(ConfigSection given) {
        this.given = given;
    }

    /** That of Stable Diffusion 3 and 3.5. */
    public static MmditConfig stableDiffusion3(ConfigSection given) {
        return new MmditConfigReader(given).stableDiffusion3();
    }

    /** That of FLUX.1. */
    public static MmditConfig flux(ConfigSection given) {
        return new MmditConfigReader(given).flux();
    }

    private MmditConfig stableDiffusion3() {
        given.mustBe("_class_name", "\"" + STABLE_DIFFUSION_3 + "\"");
        given.mustBe("patch_size", "2");
        int channels = given.size("in_channels", 16);
        same("out_channels", given.size("out_channels", 16), "in_channels", channels);
        int layers = given.blocks("num_layers", 18);
        int heads = given.size("num_attention_heads", 18);
        int headWidth = given.size("attention_head_dim", 64);
        same(
                "caption_projection_dim",
                given.size("caption_projection_dim", 1152),
                "num_attention_heads · attention_head_dim",
                heads * headWidth);
        return new MmditConfig(
                false,
                channels,
                heads,
                headWidth,
                layers,
                0,
                given.size("joint_attention_dim", 4096),
                given.size("pooled_projection_dim", 2048),
                false,
                List.of(),
                given.size("pos_embed_max_size", 96),
                given.size("sample_size", 128),
                dual(layers),
                headNorms());
    }

    private boolean headNorms() {
        String norm = given.text("qk_norm", "");
        if (!norm.isEmpty() && !norm.equals("rms_norm")) {
            given.problem("qk_norm is \"%s\"; this program computes rms_norm, or none where it is null", norm);
        }
        return !norm.isEmpty();
    }

    private Set<Integer> dual(int layers) {
        Set<Integer> dual = new HashSet<>();
        JsonElement said = given.value("dual_attention_layers");
        if (said != null && said.isJsonArray() && said.getAsJsonArray().isEmpty()) {
            return dual; // as diffusers saves it where there is none
        }
        for (double layer : given.numbers("dual_attention_layers", List.of())) {
            if (layer < 0 || layer >= layers || layer != Math.rint(layer)) {
                given.problem("dual_attention_layers names %s, but there are %d layers", layer, layers);
            }
            dual.add((int) layer);
        }
        return dual;
    }

    private MmditConfig flux() {
        given.mustBe("_class_name", "\"" + FLUX + "\"");
        given.mustBe("patch_size", "1");
        int inputs = given.size("in_channels", 64);
        same("out_channels", given.size("out_channels", inputs), "in_channels", inputs);
        if (inputs % PATCH != 0) {
            given.problem("in_channels %d is not a multiple of %d, the latents of a place", inputs, PATCH);
        }
        int headWidth = given.size("attention_head_dim", 128);
        return new MmditConfig(
                true,
                inputs / PATCH,
                given.size("num_attention_heads", 24),
                headWidth,
                given.blocks("num_layers", 19),
                given.blocks("num_single_layers", 38),
                given.size("joint_attention_dim", 4096),
                given.size("pooled_projection_dim", 768),
                given.flag("guidance_embeds", false),
                axes(headWidth),
                0,
                FLUX_SAMPLE,
                Set.of(),
                true);
    }

    private List<Integer> axes(int headWidth) {
        List<Integer> axes = given.sizes("axes_dims_rope", List.of(16, 56, 56));
        int sum = axes.stream().mapToInt(Integer::intValue).sum();
        if (axes.size() != AXES || sum != headWidth || axes.stream().anyMatch(width -> width % 2 != 0)) {
            given.problem(
                    "axes_dims_rope is %s; it must be three even widths that add up to attention_head_dim %d",
                    axes, headWidth);
        }
        return axes;
    }

    private void same(String key, int value, String other, int wanted) {
        if (value != wanted) {
            given.problem("%s is %d; it must be that of %s, %d", key, value, other, wanted);
        }
    }
}
