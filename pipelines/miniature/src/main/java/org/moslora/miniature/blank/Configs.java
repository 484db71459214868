package org.moslora.miniature.blank;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.moslora.datasets.miniature.tokens.CaptionTokens;

/** The models' shapes: JSON files beside this class, to which only what the tokenizers say is added. */
final class Configs {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private Configs() {}

    static JsonObject read(String name) {
        try (InputStream stream = Objects.requireNonNull(Configs.class.getResourceAsStream(name), name);
                InputStreamReader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader).getAsJsonObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** The text encoder that reads captions, of CLIP and of the image generator alike. */
    static JsonObject captions(CaptionTokens tokens) {
        JsonObject text = read("text_encoder.json");
        text.addProperty("vocab_size", tokens.size());
        text.addProperty("max_position_embeddings", CaptionTokens.LENGTH);
        text.addProperty("bos_token_id", tokens.begin());
        text.addProperty("eos_token_id", tokens.end());
        text.addProperty("pad_token_id", tokens.end());
        return text;
    }

    static void write(Path file, JsonObject json) throws IOException {
        Files.writeString(file, GSON.toJson(json) + "\n");
    }
}
