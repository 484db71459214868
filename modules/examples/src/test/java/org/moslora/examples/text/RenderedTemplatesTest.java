package org.moslora.examples.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Conversations as the Jinja templates of Llama 3, ChatML, Qwen2-VL and Gemma 3 render them for an answer; by
 * render_jinja_template of transformers 5.24.0, add_generation_prompt set, after every question.
 */
class RenderedTemplatesTest {
    @TempDir
    static Path folder;

    static Stream<JsonObject> rows() throws Exception {
        try (InputStream in = RenderedTemplatesTest.class.getResourceAsStream("rendered.json")) {
            JsonArray rows = JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonArray();
            return rows.asList().stream().map(JsonElement::getAsJsonObject);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void promptsAreThoseOfTheModelsOwnTemplate(JsonObject row) throws Exception {
        TinyTokenizer.write(folder);
        try (TextTokenizer tokenizer = TextTokenizer.open(folder)) {
            ChatTemplate template =
                    ChatTemplate.named("template", row.get("template").getAsString());
            List<String> spelt = encoder(tokenizer, template).prompts(conversation(row)).stream()
                    .map(prompt -> tokenizer.decode(prompt.ids(), false))
                    .toList();

            assertThat(spelt).isEqualTo(texts(row, "prompts"));
        }
    }

    private static ConversationEncoder encoder(TextTokenizer tokenizer, ChatTemplate template) {
        return new ConversationEncoder(tokenizer, template, ImageTokens.NONE, 4096, Path.of("pictures"));
    }

    private static List<String> texts(JsonObject row, String key) {
        return row.getAsJsonArray(key).asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    private static Conversation conversation(JsonObject row) {
        List<Turn> turns = new ArrayList<>();
        for (String text : texts(row, "turns")) {
            turns.add(new Turn(turns.size() % 2 == 0 ? Role.USER : Role.ASSISTANT, text));
        }
        JsonElement system = row.get("system");
        return new Conversation("c", turns, List.of(), system.isJsonNull() ? null : system.getAsString(), null);
    }
}
