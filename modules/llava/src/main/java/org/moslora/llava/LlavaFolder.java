package org.moslora.llava;

import java.nio.file.Path;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Opens folders of LLaVA-1.5 and no others, for what goes by their layout. */
public final class LlavaFolder {
    private LlavaFolder() {}

    /**
     * Reads config and headers, and binds every tensor.
     *
     * @throws InvalidInput naming everything missing, unexpected and misshapen at once
     */
    public static MultimodalFolder<LlavaConfig> open(Path path) {
        return MultimodalFolder.open(path, config(path));
    }

    /**
     * Reads {@code config.json} alone.
     *
     * @throws InvalidInput when it is absent, broken, or describes something that this program cannot run
     */
    public static LlavaConfig config(Path path) {
        Problems problems = new Problems();
        ConfigSection top = ConfigSection.ofFolder(path, problems);
        String type = top.text("model_type", LlavaFamily.TYPE);
        if (!type.equals(LlavaFamily.TYPE)) {
            top.problem("model_type is \"%s\"; this works on llava (LLaVA-1.5) folders", type);
            problems.throwIfAny();
        }
        LlavaConfig config = ConfigReader.alone(top);
        problems.throwIfAny();
        return config;
    }
}
