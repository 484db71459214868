package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two sides without their names, and the tally of what was chosen. */
final class BlindTest {
    @TempDir
    Path folder;

    private StudioUnderTest studio;

    @BeforeEach
    void start() throws IOException {
        studio = new StudioUnderTest(folder);
        Files.createDirectories(studio.models.resolve("base"));
        Files.createDirectories(studio.models.resolve("one"));
        Files.writeString(studio.models.resolve("base/config.json"), "{}");
    }

    @AfterEach
    void end() {
        studio.close();
    }

    private JsonObject post(String path, String... fields) throws IOException {
        JsonObject body = new JsonObject();
        for (int i = 0; i < fields.length; i += 2) {
            body.addProperty(fields[i], fields[i + 1]);
        }
        return JsonParser.parseString(studio.post(path, body.toString()).body()).getAsJsonObject();
    }

    private JsonObject answer(String id) {
        try {
            return JsonParser.parseString(studio.get("/blind/" + id).body()).getAsJsonObject();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void theOrderShowsWhenItIsChosenAndTheChoiceIsKept() throws IOException, InterruptedException {
        String one = studio.models.resolve("one").toString();
        String model = studio.models.resolve("base").toString();
        String id = post("/blind", "model", model, "first", one, "second", "", "prompt", "Which?")
                .get("id")
                .getAsString();
        StudioUnderTest.until("both sides", () -> !answer(id).get("busy").getAsBoolean());
        assertThat(answer(id).getAsJsonArray("texts")).hasSize(2);
        assertThat(answer(id).toString()).doesNotContain("models/one");
        JsonObject told = post("/blind/" + id + "/choice", "side", "left");
        assertThat(List.of(told.get("left").getAsString(), told.get("right").getAsString()))
                .containsExactlyInAnyOrder(one, "no adapter");
        assertThat(told.get("better")).isEqualTo(told.get("left"));
        List<String> lines = Files.readAllLines(studio.runs.resolve(".moslora-studio/blind.jsonl"));
        assertThat(lines).hasSize(1).allSatisfy(line -> assertThat(line).contains("\"prompt\":\"Which?\""));
        assertThat(studio.get("/blind/tally").body())
                .contains("no adapter", "<td>one</td>", "<td class=\"number\">1</td>");
        assertThat(studio.post("/blind/" + id + "/choice", "{\"side\":\"left\"}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void sidesThatAreTheSameAreRefused() throws IOException {
        String model = studio.models.resolve("base").toString();
        assertThat(post("/blind", "model", model, "first", "", "second", "", "prompt", "Which?")
                        .get("problems")
                        .toString())
                .contains("choose two that differ");
    }
}
