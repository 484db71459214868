package org.moslora.diffusion.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** Small diffusers folders, whose widths are those of the smallest model that a single file could hold too. */
record TinyModel(
        boolean xl, boolean linear, Map<Component, String> configs, Map<Component, Map<String, List<Long>>> shapes) {
    private static final String AUTOENCODER =
            "{\"block_out_channels\": [32, 64], \"down_block_types\": [\"DownEncoderBlock2D\", \"DownEncoderBlock2D\"],"
                    + " \"up_block_types\": [\"UpDecoderBlock2D\", \"UpDecoderBlock2D\"]}";

    static TinyModel first() {
        return of(false, false);
    }

    static TinyModel second() {
        return of(false, true);
    }

    static TinyModel large() {
        return of(true, true);
    }

    private static TinyModel of(boolean xl, boolean linear) {
        Map<Component, String> configs = new TreeMap<>();
        configs.put(Component.AUTOENCODER, AUTOENCODER);
        configs.put(Component.TEXT_ENCODER, text(linear && !xl ? "gelu" : "quick_gelu", 0));
        if (xl) {
            configs.put(Component.TEXT_ENCODER_2, text("gelu", 20));
        }
        configs.put(Component.UNET, unet(xl, linear));
        Map<Component, Map<String, List<Long>>> shapes = new TreeMap<>();
        configs.forEach((component, json) -> shapes.put(component, expected(component, json)));
        return new TinyModel(xl, linear, configs, shapes);
    }

    private static String unet(boolean xl, boolean linear) {
        String attention = "\"CrossAttnDownBlock2D\", \"DownBlock2D\"], \"up_block_types\": [\"UpBlock2D\","
                + " \"CrossAttnUpBlock2D\"]";
        String attentionXl = "\"DownBlock2D\", \"CrossAttnDownBlock2D\"], \"up_block_types\": [\"CrossAttnUpBlock2D\","
                + " \"UpBlock2D\"], \"transformer_layers_per_block\": [1, 2], \"addition_embed_type\": \"text_time\","
                + " \"addition_time_embed_dim\": 8, \"projection_class_embeddings_input_dim\": 68";
        return "{\"block_out_channels\": [64, 64], \"layers_per_block\": 1, \"attention_head_dim\": "
                + (linear ? 1 : 8) + ", \"use_linear_projection\": " + linear + ", \"cross_attention_dim\": "
                + (xl ? 128 : 64) + ", \"upcast_attention\": " + (linear && !xl) + ", \"down_block_types\": ["
                + (xl ? attentionXl : attention) + "}";
    }

    private static String text(String activation, int projection) {
        return "{\"vocab_size\": 20, \"hidden_size\": 64, \"intermediate_size\": 70, \"num_hidden_layers\": 2,"
                + " \"num_attention_heads\": 1, \"max_position_embeddings\": 9, \"eos_token_id\": 2, \"hidden_act\": \""
                + activation + "\"" + (projection > 0 ? ", \"projection_dim\": " + projection : "") + "}";
    }

    private static Map<String, List<Long>> expected(Component component, String json) {
        Problems problems = new Problems();
        ConfigSection section = ConfigSection.parse(component.folder(), json, problems);
        Map<String, List<Long>> shapes = switch (component) {
            case UNET -> UNetNames.expected(UNetConfig.read(section));
            case AUTOENCODER -> AutoencoderNames.expected(AutoencoderConfig.read(section));
            case TEXT_ENCODER -> ClipTextNames.expected(ClipTextConfig.read(section, false));
            case TEXT_ENCODER_2 -> ClipTextNames.expected(ClipTextConfig.read(section, true));
            case TRANSFORMER, TEXT_ENCODER_3 -> Map.of();
        };
        problems.throwIfAny();
        return shapes;
    }

    UNetConfig unet() {
        return UNetConfig.read(ConfigSection.parse("unet", configs.get(Component.UNET), new Problems()));
    }

    Path write(Path folder) {
        configs.keySet().forEach(component -> write(folder, component, name -> name));
        text(folder.resolve("model_index.json"), index());
        return folder;
    }

    String index() {
        StringBuilder json = new StringBuilder("{\"_class_name\": \"StableDiffusion" + (xl ? "XL" : "") + "Pipeline\"");
        configs.keySet()
                .forEach(component -> json.append(", \"")
                        .append(component.folder())
                        .append("\": [\"x\", \"")
                        .append(component.className())
                        .append("\"]"));
        return json.append("}").toString();
    }

    void write(Path folder, Component component, UnaryOperator<String> rename) {
        write(folder, component, rename, shapes.get(component));
    }

    void write(Path folder, Component component, UnaryOperator<String> rename, Map<String, List<Long>> own) {
        text(folder.resolve(component.folder()).resolve("config.json"), configs.get(component));
        boolean text = component == Component.TEXT_ENCODER || component == Component.TEXT_ENCODER_2;
        List<TensorData> tensors = new ArrayList<>();
        own.forEach(
                (name, shape) -> tensors.add(TensorData.of(rename.apply(name), shape, Formula.weight(name, shape))));
        tensors(
                folder.resolve(component.folder())
                        .resolve(text ? "model.safetensors" : "diffusion_pytorch_model.safetensors"),
                tensors);
    }

    static void tensors(Path file, List<TensorData> tensors) {
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }

    static void text(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
