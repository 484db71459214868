package org.moslora.tuning;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.image.PixelLimits;
import org.moslora.examples.text.BoxHandling;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/**
 * How a model was taught to read conversations, in a file of its own beside the config of a model that was trained here:
 * what an adapter says in its config. Other programs pass it over.
 *
 * @param template null: not said
 * @param aspect null: not said
 * @param pixels of pictures that keep their own resolution
 * @param boxes what becomes of boxes in texts; null: not said
 */
record ProcessorFile(
        @Nullable ChatTemplate template,
        @Nullable ImageAspect aspect,
        PixelLimits pixels,
        @Nullable BoxHandling boxes) {
    private static final String FILE = "moslora.json";
    private static final String TEMPLATE = "template";
    private static final String ASPECT = "image_aspect";
    private static final String PIXELS = "image_pixels";
    private static final String BOXES = "boxes";

    /**
     * The note of a model folder, which may have none.
     *
     * @throws InvalidInput when there is one that cannot be read
     */
    static ProcessorFile of(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return new ProcessorFile(null, null, PixelLimits.NONE, null);
        }
        try {
            JsonObject json = JsonParser.parseString(InputFile.text(file)).getAsJsonObject();
            String template = text(json, TEMPLATE);
            String aspect = text(json, ASPECT);
            String pixels = text(json, PIXELS);
            String boxes = text(json, BOXES);
            return new ProcessorFile(
                    template == null ? null : ChatTemplate.named(file + ": " + TEMPLATE, template),
                    aspect == null ? null : ImageAspect.named(file + ": " + ASPECT, aspect),
                    pixels == null ? PixelLimits.NONE : PixelLimits.named(file + ": " + PIXELS, pixels),
                    boxes == null ? null : BoxHandling.named(file + ": " + BOXES, boxes));
        } catch (IOException | JsonParseException | IllegalStateException | UnsupportedOperationException broken) {
            throw new InvalidInput(file.toString(), "cannot be read: " + broken.getMessage());
        }
    }

    private static @Nullable String text(JsonObject json, String key) {
        JsonElement value = json.get(key);
        return value == null || value.isJsonNull() ? null : value.getAsString();
    }

    /** Leaves the note of a spelling in a model folder, in place of one that is there. */
    static void write(Path folder, Processor processor) throws IOException {
        JsonObject json = new JsonObject();
        json.addProperty(TEMPLATE, processor.template().spelling());
        if (processor.aspect() != null) {
            json.addProperty(ASPECT, processor.aspect());
        }
        if (processor.pixels() != null) {
            json.addProperty(PIXELS, processor.pixels());
        }
        if (processor.handledBoxes() != null) {
            json.addProperty(BOXES, processor.handledBoxes());
        }
        Files.writeString(folder.resolve(FILE), json + "\n");
    }
}
