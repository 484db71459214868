package org.moslora.multimodal;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Every family of vision-language models that there is. */
public final class VisionFamilies {
    /** What a folder without a {@code model_type} is taken for. */
    public static final String USUAL = "llava";

    private static final List<VisionFamily> ALL =
            ServiceLoader.load(VisionFamily.class, VisionFamily.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .sorted(Comparator.comparing(VisionFamily::modelType))
                    .toList();

    private VisionFamilies() {}

    /** Every {@code model_type}. */
    public static List<String> types() {
        return ALL.stream().map(VisionFamily::modelType).toList();
    }

    /** The family of a {@code model_type}. */
    public static Optional<VisionFamily> of(String type) {
        return ALL.stream().filter(family -> family.modelType().equals(type)).findFirst();
    }

    /**
     * Reads {@code config.json} alone.
     *
     * @throws InvalidInput when it is absent, broken, or describes something that this program cannot run
     */
    public static MultimodalConfig config(Path path) {
        Problems problems = new Problems();
        ConfigSection top = ConfigSection.ofFolder(path, problems);
        String type = top.text("model_type", USUAL);
        Optional<VisionFamily> family = of(type);
        if (family.isEmpty()) {
            top.problem(
                    "model_type is \"%s\"; visual instruction tuning works on %s folders",
                    type, String.join(", ", types()));
            throw problems.thrown();
        }
        MultimodalConfig config = family.get().read(top);
        problems.throwIfAny();
        return config;
    }

    /**
     * Reads config and headers, and binds every tensor.
     *
     * @throws InvalidInput naming everything missing, unexpected and misshapen at once
     */
    public static MultimodalFolder<MultimodalConfig> open(Path path) {
        return MultimodalFolder.open(path, config(path));
    }
}
