package org.moslora.qwen;

import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.VisionFamily;
import org.moslora.tensors.ConfigSection;

/** Qwen3-VL. */
public final class Qwen3VlFamily implements VisionFamily {
    @Override
    public String modelType() {
        return "qwen3_vl";
    }

    @Override
    public MultimodalConfig read(ConfigSection top) {
        return new QwenReader(top).qwen3();
    }
}
