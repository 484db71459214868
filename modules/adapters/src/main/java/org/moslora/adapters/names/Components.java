package org.moslora.adapters.names;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.keys.LlavaKeys;

/** The components of a diffusion model as paths begin with them, and what they are known by where they do not. */
public final class Components {
    /** The UNet. */
    public static final String UNET = "unet.";
    /** A transformer in the place of a UNet. */
    public static final String TRANSFORMER = "transformer.";
    /** The text encoder; SDXL's first. */
    public static final String TEXT = "text_encoder.";
    /** SDXL's second text encoder. */
    public static final String TEXT_2 = "text_encoder_2.";
    /** All of them. */
    public static final List<String> ALL = List.of(UNET, TRANSFORMER, TEXT, TEXT_2);

    private static final Pattern BARE_UNET =
            Pattern.compile("(down_blocks|up_blocks|mid_block|conv_in|conv_out|time_embedding|add_embedding)(\\..*)?");
    private static final Pattern BARE_TRANSFORMER = Pattern.compile("(single_)?transformer_blocks\\.\\d+\\..*"
            + "|(layers|noise_refiner|context_refiner)\\.\\d+\\.(attention\\.to_|feed_forward\\.w|adaLN_).*"
            + "|(all_x_embedder|all_final_layer|t_embedder|cap_embedder|x_embedder|context_embedder|time_guidance_embed"
            + "|time_text_embed|pos_embed|norm_out|proj_out|(double|single)_stream_modulation\\w*)(\\..*)?");
    private static final Pattern BARE_TEXT = Pattern.compile("(text_model\\.|encoder\\.layers\\.).*");
    /** What transformers 5 leaves out. */
    private static final Pattern SHORT_TEXT = Pattern.compile("(encoder|embeddings|final_layer_norm)\\..*");

    private Components() {}

    /**
     * The one spelling of a path.
     *
     * @param path as a file has it, without an adapter's prefix and suffix
     * @param home the component that a path belongs to which says none; empty if only the path itself can tell
     */
    public static String canonical(String path, String home) {
        String component = of(path);
        if (!component.isEmpty()) {
            return component + text(component, path.substring(component.length()));
        }
        if (!home.isEmpty()) {
            return home + text(home, path);
        }
        if (BARE_UNET.matcher(path).matches()) {
            return UNET + path;
        }
        if (BARE_TRANSFORMER.matcher(path).matches()) {
            return TRANSFORMER + path;
        }
        if (BARE_TEXT.matcher(path).matches()) {
            return TEXT + text(TEXT, path);
        }
        return DecoderPaths.isOpen(path) ? path : LlavaKeys.llava().canonical(path);
    }

    /** What a path begins with; empty for a model of another kind. */
    public static String of(String path) {
        return ALL.stream().filter(path::startsWith).findFirst().orElse("");
    }

    /** A path without its component. */
    public static String within(String path) {
        return path.substring(of(path).length());
    }

    /** Whether a component is a text encoder. */
    public static boolean isText(String component) {
        return component.equals(TEXT) || component.equals(TEXT_2);
    }

    private static String text(String component, String path) {
        return isText(component) && SHORT_TEXT.matcher(path).matches() ? "text_model." + path : path;
    }

    /** The component whose class transformers or diffusers gives this name; empty for any other. */
    public static String ofClass(@Nullable String name) {
        return name == null
                ? ""
                : switch (name) {
                    case "UNet2DConditionModel" -> UNET;
                    case "CLIPTextModel" -> TEXT;
                    case "CLIPTextModelWithProjection" -> TEXT_2;
                    default -> "";
                };
    }

    /** The module that a component's class is imported from. */
    public static String library(String component) {
        return component.equals(UNET)
                ? "diffusers.models.unets.unet_2d_condition"
                : "transformers.models.clip.modeling_clip";
    }

    /** The name of a component's class. */
    public static String className(String component) {
        return component.equals(UNET)
                ? "UNet2DConditionModel"
                : component.equals(TEXT) ? "CLIPTextModel" : "CLIPTextModelWithProjection";
    }
}
