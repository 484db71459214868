package org.moslora.adapters;

import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter remembers of where it comes from, so that other verbs need not be told.
 *
 * @param base path or name of the model it was trained on
 * @param family such as {@code llava}
 * @param template of the conversations, or null
 * @param imageAspect {@code pad} or {@code crop}, or null
 * @param imagePixels between how many pixels pictures had that keep their own resolution, or null
 * @param boxes what became of boxes in texts, where that is not the usual, or null
 * @param prompt of the subject that it was taught, or null
 * @param quantize how the base was held while it was trained: {@code none}, {@code int8}, {@code nf4}
 */
public record AdapterOrigin(
        String base,
        String family,
        @Nullable String template,
        @Nullable String imageAspect,
        @Nullable String imagePixels,
        @Nullable String boxes,
        @Nullable String prompt,
        String quantize) {
    static final String FAMILY = "base_model_family";
    static final String TEMPLATE = "template";
    static final String ASPECT = "image_aspect";
    static final String PIXELS = "image_pixels";
    static final String BOXES = "boxes";
    static final String PROMPT = "instance_prompt";
    static final String QUANTIZE = "base_model_quantize";

    /** Of one that was taught no subject, on a model whose pictures are all made alike, or that takes none. */
    public AdapterOrigin(
            String base, String family, @Nullable String template, @Nullable String imageAspect, String quantize) {
        this(base, family, template, imageAspect, null, null, null, quantize);
    }

    void writeTo(JsonObject json) {
        json.addProperty("base_model_name_or_path", base);
        json.addProperty(FAMILY, family);
        if (template != null) {
            json.addProperty(TEMPLATE, template);
        }
        if (imageAspect != null) {
            json.addProperty(ASPECT, imageAspect);
        }
        if (imagePixels != null) {
            json.addProperty(PIXELS, imagePixels);
        }
        if (boxes != null) {
            json.addProperty(BOXES, boxes);
        }
        if (prompt != null) {
            json.addProperty(PROMPT, prompt);
        }
        if (!quantize.equals("none")) {
            json.addProperty(QUANTIZE, quantize);
        }
    }
}
