package org.moslora.llava;

import org.moslora.multimodal.VisionFamily;
import org.moslora.tensors.ConfigSection;

/** LLaVA-1.5: every picture one square of the same size. */
public final class LlavaFamily implements VisionFamily {
    static final String TYPE = "llava";

    @Override
    public String modelType() {
        return TYPE;
    }

    @Override
    public LlavaConfig read(ConfigSection top) {
        return ConfigReader.alone(top);
    }
}
