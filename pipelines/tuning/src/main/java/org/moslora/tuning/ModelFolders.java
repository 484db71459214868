package org.moslora.tuning;

import java.nio.file.Path;
import org.moslora.llama.BackboneFolder;
import org.moslora.llama.LanguageModelConfigReader;
import org.moslora.llama.LlamaFolder;
import org.moslora.multimodal.VisionFamilies;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Tells vision-language models' folders and text models' apart. */
public final class ModelFolders {
    private ModelFolders() {}

    /**
     * Opens a model that holds conversations, of either kind.
     *
     * @throws InvalidInput when it is of another kind, or naming everything that is wrong with it
     */
    public static BackboneFolder open(Path path) {
        Problems problems = new Problems();
        ConfigSection config = ConfigSection.ofFolder(path, problems);
        String type = config.text("model_type", VisionFamilies.USUAL);
        if (LanguageModelConfigReader.FAMILIES.contains(type)) {
            return LlamaFolder.open(path);
        }
        if (VisionFamilies.of(type).isEmpty()) {
            config.problem(
                    "model_type is \"%s\"; this program knows %s, %s",
                    type,
                    String.join(", ", VisionFamilies.types()),
                    String.join(", ", LanguageModelConfigReader.FAMILIES));
        }
        problems.throwIfAny();
        return VisionFamilies.open(path);
    }
}
