package org.moslora.onnx.export;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.moslora.examples.image.PicturePreparation;
import org.moslora.examples.image.PixelLimits;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.tiles.TiledConfig;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.onnx.language.PictureGraphs;
import org.moslora.qwen.QwenConfig;
import org.moslora.qwen.QwenNames;
import org.moslora.qwen.QwenVision;

/** Settings of an exported folder by which transformers.js and Python prepare pictures, and count their tokens right. */
final class PictureSettings {
    private static final String PREPROCESSOR = "preprocessor_config.json";
    private static final String PROCESSOR = "processor_config.json";

    private final Path model;
    private final Path folder;

    PictureSettings(Path model, Path folder) {
        this.model = model;
        this.folder = folder;
    }

    void write(MultimodalConfig config) throws IOException {
        if (config instanceof LlavaConfig llava) {
            squares(llava, "LlavaProcessor", "CLIPImageProcessor", "full", llava.skipsClassToken() ? 0 : 1);
        } else if (config instanceof TiledConfig tiled) {
            tiles(tiled);
        } else if (config instanceof QwenConfig qwen) {
            patches(qwen);
        } else {
            throw PictureGraphs.missing(config);
        }
    }

    private void squares(LlavaConfig config, String processor, String pictures, String strategy, int more)
            throws IOException {
        int side = config.vision().imageSize();
        JsonObject preprocessor = given(PREPROCESSOR);
        preprocessor.addProperty("processor_class", processor);
        usual(preprocessor, "image_processor_type", pictures);
        if (!preprocessor.has("size")) {
            JsonObject size = new JsonObject();
            size.addProperty("shortest_edge", side);
            preprocessor.add("size", size);
            JsonObject crop = new JsonObject();
            crop.addProperty("height", side);
            crop.addProperty("width", side);
            preprocessor.add("crop_size", crop);
        }
        ConfigFile.write(folder.resolve(PREPROCESSOR), preprocessor);
        JsonObject file = given(PROCESSOR);
        file.addProperty("processor_class", processor);
        usual(file, "image_token", "<image>");
        file.addProperty("patch_size", config.vision().patchSize());
        file.addProperty("num_additional_image_tokens", more);
        file.addProperty("vision_feature_select_strategy", strategy);
        ConfigFile.write(folder.resolve(PROCESSOR), file);
    }

    /** As they are in the model's folder, where they are, whose readers know what a picture's tiles are. */
    private void tiles(TiledConfig config) throws IOException {
        if (Files.exists(model.resolve(PREPROCESSOR))) {
            ConfigFile.write(folder.resolve(PREPROCESSOR), given(PREPROCESSOR));
        }
        JsonObject file = given(PROCESSOR);
        usual(file, "image_token", "<image>");
        if (config.base().skipsClassToken()) {
            file.addProperty("patch_size", config.base().vision().patchSize());
            file.addProperty("num_additional_image_tokens", 1);
            file.addProperty("vision_feature_select_strategy", "default");
        }
        ConfigFile.write(folder.resolve(PROCESSOR), file);
    }

    private void patches(QwenConfig config) throws IOException {
        QwenVision vision = config.vision();
        PicturePreparation pictures = config.preparation(model, null);
        JsonObject file = given(PREPROCESSOR);
        file.addProperty("processor_class", processor(config.spelling()));
        usual(file, "image_processor_type", "Qwen2VLImageProcessor");
        file.addProperty("patch_size", vision.patch());
        file.addProperty("merge_size", vision.merge());
        file.addProperty("temporal_patch_size", vision.time());
        PixelLimits limits = java.util.Objects.requireNonNull(pictures.limits());
        file.addProperty("min_pixels", limits.least());
        file.addProperty("max_pixels", limits.most());
        for (String step : new String[] {"do_convert_rgb", "do_resize", "do_rescale", "do_normalize"}) {
            if (!file.has(step) || file.get(step).isJsonNull()) {
                file.addProperty(step, true);
            }
        }
        if (!file.has("rescale_factor")) {
            file.addProperty("rescale_factor", 1 / 255.0);
        }
        if (!file.has("resample")) {
            file.addProperty("resample", 3);
        }
        colours(file);
        ConfigFile.write(folder.resolve(PREPROCESSOR), file);
        if (Files.exists(model.resolve(PROCESSOR))) {
            ConfigFile.write(folder.resolve(PROCESSOR), given(PROCESSOR));
        }
    }

    /** The class's, where the file says nothing. */
    private static void colours(JsonObject file) {
        double[][] usual = {{0.48145466, 0.4578275, 0.40821073}, {0.26862954, 0.26130258, 0.27577711}};
        String[] keys = {"image_mean", "image_std"};
        for (int i = 0; i < keys.length; i++) {
            if (!file.has(keys[i])) {
                JsonArray numbers = new JsonArray();
                for (double number : usual[i]) {
                    numbers.add(number);
                }
                file.add(keys[i], numbers);
            }
        }
    }

    private static String processor(QwenNames names) {
        return switch (names) {
            case QWEN2 -> "Qwen2VLProcessor";
            case QWEN25 -> "Qwen2_5_VLProcessor";
            case QWEN3 -> "Qwen3VLProcessor";
        };
    }

    private JsonObject given(String name) throws IOException {
        return ConfigFile.readOrEmpty(model.resolve(name));
    }

    private static void usual(JsonObject file, String key, String value) {
        if (!file.has(key)) {
            file.addProperty(key, value);
        }
    }
}
