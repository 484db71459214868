package org.moslora.clip;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.llava.LlavaNames;

/** The one place that names a CLIP's tensors, as its hub files spell them, with the shapes that a config gives. */
public final class ClipNames {
    /** What names of the tower begin with. */
    public static final String VISION = "vision_model.";

    /** The norm that the class token goes through before it is projected. */
    public static final String POST_NORM = VISION + "post_layernorm";

    /** The projection of the class token. */
    public static final String PROJECTION = "visual_projection";

    /** The logarithm of what cosines are multiplied by in training; one number without axes. */
    public static final String TEMPERATURE = "logit_scale";

    private ClipNames() {}

    /** Every tensor that a folder of this config must hold, with its shape. */
    public static SortedMap<String, List<Long>> expected(ClipConfig config) {
        SortedMap<String, List<Long>> shapes = new TreeMap<>(LlavaNames.tower(VISION, config.vision()));
        shapes.putAll(ClipTextNames.expected(config.text()));
        shapes.put(PROJECTION + ".weight", List.of((long) config.text().projection(), (long)
                config.vision().hidden()));
        return shapes;
    }
}
