package org.moslora.clip;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.llava.VisionConfig;
import org.moslora.llava.VisionConfigReader;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/**
 * What {@code config.json} of a CLIP folder says.
 *
 * @param vision the tower
 * @param text the text half, whose projection is as wide as the tower's
 */
public record ClipConfig(VisionConfig vision, ClipTextConfig text) {
    private static final String FILE = "config.json";
    private static final int WIDTH = 512;

    /**
     * Reads and checks a config.
     *
     * @throws InvalidInput when it is absent, broken, or describes something that this program cannot run
     */
    public static ClipConfig read(Path folder) {
        Path file = folder.resolve(FILE);
        JsonObject json = json(file);
        JsonElement type = json.get("model_type");
        if (!(type instanceof JsonPrimitive said) || !said.getAsString().equals("clip")) {
            throw new InvalidInput(file.toString(), "model_type is " + type + ", expected \"clip\"");
        }
        Problems problems = new Problems();
        JsonObject vision = section(json, "vision_config");
        vision.addProperty("model_type", "clip_vision_model");
        JsonObject text = section(json, "text_config");
        text.addProperty("model_type", "clip_text_model");
        text.addProperty("projection_dim", new ConfigSection(FILE, json, problems).size("projection_dim", WIDTH));
        ClipConfig config = new ClipConfig(
                VisionConfigReader.read(new ConfigSection(FILE + " vision_config", vision, problems)),
                ClipTextConfig.read(new ConfigSection(FILE + " text_config", text, problems), true));
        problems.throwIfAny();
        return config;
    }

    private static JsonObject json(Path file) {
        try {
            return JsonParser.parseString(InputFile.text(file)).getAsJsonObject();
        } catch (IOException | JsonParseException | IllegalStateException broken) {
            throw new InvalidInput(file.toString(), "cannot be read: " + broken.getMessage());
        }
    }

    private static JsonObject section(JsonObject json, String key) {
        return json.has(key) && json.get(key).isJsonObject() ? json.getAsJsonObject(key) : new JsonObject();
    }
}
