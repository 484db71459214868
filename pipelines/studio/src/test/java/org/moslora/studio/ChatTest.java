package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions to a process of its own. */
final class ChatTest {
    @TempDir
    Path folder;

    private StudioUnderTest studio;

    @BeforeEach
    void start() throws IOException {
        studio = new StudioUnderTest(folder);
        Files.createDirectories(studio.models.resolve("base"));
        Files.writeString(studio.models.resolve("base/config.json"), "{}");
    }

    @AfterEach
    void end() {
        studio.close();
    }

    private JsonObject ask(String model, String prompt) throws IOException {
        JsonObject body = new JsonObject();
        body.addProperty("model", model);
        body.addProperty("prompt", prompt);
        body.addProperty("longest", "12");
        return JsonParser.parseString(studio.post("/chat", body.toString()).body())
                .getAsJsonObject();
    }

    @Test
    void aPromptIsNoOptionWhateverItBeginsWith() throws IOException, InterruptedException {
        String model = studio.models.resolve("base").toString();
        String id = ask(model, "--debug is what?").get("id").getAsString();
        StudioUnderTest.until("an answer", () -> !answer(id).get("busy").getAsBoolean());
        assertThat(answer(id).getAsJsonArray("texts").get(0).getAsString())
                .isEqualTo("you said --debug is what? to --model=" + model);
        assertThat(answer(id).getAsJsonArray("errors")).isEmpty();
    }

    private JsonObject answer(String id) {
        try {
            return JsonParser.parseString(studio.get("/chat/answers/" + id).body())
                    .getAsJsonObject();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void modelsLieInTheFolders() throws IOException {
        assertThat(ask("/etc", "What?").get("problems").toString()).contains("none of the folders");
        assertThat(ask("", "").get("problems").toString()).contains("Model: choose one", "Prompt: write");
    }
}
