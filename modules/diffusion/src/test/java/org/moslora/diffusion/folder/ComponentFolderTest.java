package org.moslora.diffusion.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** A folder that holds one component alone says which it is. */
class ComponentFolderTest {
    @TempDir
    Path folder;

    private Path named(TinyModel tiny, Component component) throws IOException {
        Path path = tiny.write(folder).resolve(component.folder());
        Path file = path.resolve("config.json");
        JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        boolean text = component.folder().startsWith("text");
        if (text) {
            config.add("architectures", JsonParser.parseString("[\"" + component.className() + "\"]"));
        } else {
            config.addProperty("_class_name", component.className());
        }
        Files.writeString(file, config.toString());
        return path;
    }

    @Test
    void everyComponentIsKnownAndCounted() throws IOException {
        TinyModel tiny = TinyModel.large();
        for (Component component : tiny.shapes().keySet()) {
            Path path = named(tiny, component);
            ComponentFolder found = ComponentFolder.of(path).orElseThrow();
            long parameters = tiny.shapes().get(component).values().stream()
                    .mapToLong(shape -> shape.stream().reduce(1L, (a, b) -> a * b))
                    .sum();
            assertThat(found.component()).isEqualTo(component);
            assertThat(found.parameters()).isEqualTo(parameters);
            assertThat(found.family())
                    .isEqualTo(component == Component.UNET ? StableDiffusionFamily.STABLE_DIFFUSION_XL : null);
        }
    }

    @Test
    void whatIsNoComponentIsNone() throws IOException {
        assertThat(ComponentFolder.of(folder)).isEmpty();
        Files.writeString(folder.resolve("config.json"), "{\"architectures\": [\"LlamaForCausalLM\"]}");
        assertThat(ComponentFolder.of(folder)).isEmpty();
    }

    @Test
    void aComponentWithoutWeightsIsRefused() throws IOException {
        for (Map.Entry<String, String> broken : Map.of(
                        "{\"_class_name\": \"AutoencoderKL\"}", "diffusion_pytorch_model",
                        "{\"_class_name\": \"UNet2DConditionModel\", \"act_fn\": \"mish\"}", "act_fn")
                .entrySet()) {
            Files.writeString(folder.resolve("config.json"), broken.getKey());
            assertThatThrownBy(() -> ComponentFolder.of(folder))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(broken.getValue());
        }
    }
}
