package org.moslora.multimodal;

import org.moslora.tensors.ConfigSection;

/** A family of vision-language models. Found by {@link java.util.ServiceLoader}. */
public interface VisionFamily {
    /** What {@code config.json} of its folders says as {@code model_type}. */
    String modelType();

    /**
     * Reads a config, class defaults filled in.
     *
     * @param top of the whole {@code config.json}; takes what is wrong, or not computed here, as its problems
     */
    MultimodalConfig read(ConfigSection top);
}
