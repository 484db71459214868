package org.moslora.diffusion.folder;

import com.google.gson.JsonElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.quantised.BitsAndBytes;

/**
 * One part of a Stable Diffusion in a folder of its own, as diffusers lays it out.
 *
 * @param component which part
 * @param family what its config shows that it is of; only a UNet's does
 * @param parameters how many it has
 */
public record ComponentFolder(Component component, @Nullable StableDiffusionFamily family, long parameters) {
    /**
     * What a folder is; empty if its config names no such part.
     *
     * @throws InvalidInput when it does, but cannot be read or is not computed here
     */
    public static Optional<ComponentFolder> of(Path folder) {
        Path file = folder.resolve("config.json");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Problems problems = new Problems();
        ConfigSection config = ConfigSection.read(file, problems);
        Component component = component(config);
        if (component == null) {
            return Optional.empty();
        }
        StableDiffusionFamily family =
                component == Component.UNET ? StableDiffusionFamily.of(UNetConfig.read(config)) : null;
        problems.throwIfAny();
        return Optional.of(new ComponentFolder(component, family, parameters(folder, component)));
    }

    private static @Nullable Component component(ConfigSection config) {
        String said = config.has("_class_name")
                ? config.text("_class_name", "")
                : architecture(config.value("architectures"));
        return Arrays.stream(Component.values())
                .filter(component ->
                        component.ofUNets() && component.className().equals(said))
                .findFirst()
                .orElse(null);
    }

    private static String architecture(@Nullable JsonElement listed) {
        return listed != null && listed.isJsonArray() && listed.getAsJsonArray().size() == 1
                ? listed.getAsJsonArray().get(0).toString().replace("\"", "")
                : "";
    }

    private static long parameters(Path folder, Component component) {
        WeightName name = component.isText() ? WeightName.MODEL : WeightName.of("diffusion_pytorch_model");
        try (WeightSource weights = BitsAndBytes.over(ModelFolder.open(folder, name))) {
            return weights.elements();
        }
    }
}
