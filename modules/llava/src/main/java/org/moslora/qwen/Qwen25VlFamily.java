package org.moslora.qwen;

import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.VisionFamily;
import org.moslora.tensors.ConfigSection;

/** Qwen2.5-VL. */
public final class Qwen25VlFamily implements VisionFamily {
    @Override
    public String modelType() {
        return "qwen2_5_vl";
    }

    @Override
    public MultimodalConfig read(ConfigSection top) {
        return new QwenReader(top).qwen25();
    }
}
