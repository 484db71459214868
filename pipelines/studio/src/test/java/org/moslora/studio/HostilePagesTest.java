package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.studio.http.Query;

/** Every page asked with ids, paths and bodies that nobody's browser sends: refused, never failed, and nothing is changed. */
@Timeout(120)
final class HostilePagesTest {
    private static final List<String> IDS = List.of(
            "",
            ".",
            "..",
            "%00",
            "%2e%2e",
            "..%2f..%2fx",
            "%2fetc%2fpasswd",
            "-1",
            "99999999999999999999",
            "%ef%bf%bd",
            "%ff",
            "a%0d%0aSet-Cookie:%20x=1",
            "x".repeat(3000),
            "%3Cscript%3E",
            "~",
            "*",
            "NUL",
            "%20");

    @TempDir
    private Path folder;

    private StudioUnderTest studio;

    @BeforeEach
    void start() throws IOException {
        studio = new StudioUnderTest(folder);
        studio.run("mine", 3);
    }

    @AfterEach
    void end() {
        studio.close();
    }

    /** All files that there are, with what they hold. */
    private Map<String, String> all() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return all;
    }

    @Test
    void idsThatAreNoneAreNotFound() throws IOException {
        List<String> patterns = List.of(
                "/runs/ID",
                "/runs/ID/curves",
                "/runs/mine/ID",
                "/runs/mine/files/ID",
                "/runs/mine/files/adapter/ID",
                "/chat/answers/ID",
                "/generate/ID",
                "/generate/ID/00000-5.png",
                "/generate/0000000000001/ID",
                "/blind/ID",
                "/blind/ID/0.png",
                "/assets/x/ID",
                "/new/ID",
                "/data/ID",
                "/adapters/ID",
                "/ID/ID");
        for (String pattern : patterns) {
            for (String id : IDS) {
                String path = pattern.replace("ID", id);
                StudioUnderTest.Answer answer = studio.get(path);
                assertThat(answer.status()).as(path).isIn(400, 404, 405, 414);
                assertThat(answer.headers()).as(path).doesNotContainKey("set-cookie");
            }
        }
    }

    @Test
    void wordsBehindTheQuestionMarkThatAreNoneAreTakenAsNotSaid() throws IOException {
        for (String query : List.of(
                "from=-1&to=99999999999",
                "from=9&to=1",
                "from=a&to=%00",
                "from=&to=",
                "from=999999999&to=999999999",
                "&&=&=x&from",
                "from=%25zz")) {
            StudioUnderTest.Answer answer = studio.get("/runs/mine/curves?" + query);
            assertThat(answer.status()).as(query).isEqualTo(200);
            assertThat(JsonParser.parseString(answer.body())
                            .getAsJsonObject()
                            .get("size")
                            .getAsInt())
                    .isEqualTo(3);
        }
        for (String page :
                List.of("/data?file=", "/chat?model=%00&adapter=x", "/generate?model=../x", "/new?from=%00")) {
            assertThat(studio.get(page).status()).as(page).isIn(200, 400, 404);
        }
        for (String file : List.of("relative", "%00", "/", "//", folder + "/none", folder + "/runs/../../x")) {
            assertThat(studio.get("/data?file=" + file).status()).as(file).isEqualTo(404);
            assertThat(studio.get("/data/picture?file=" + file).status())
                    .as(file)
                    .isEqualTo(404);
        }
    }

    @Test
    void bodiesThatNoPageSendsAreRefusedOrToldAsProblems() throws IOException {
        List<String> bodies = List.of(
                "",
                "null",
                "[]",
                "3",
                "\"x\"",
                "{",
                "{\"a\":".repeat(2000),
                "[".repeat(20_000),
                "{\"model\": {}, \"prompt\": [], \"file\": 3, \"recipe\": {}, \"side\": null, \"steps\": true}",
                "{\"model\": \"\\u0000\", \"first\": \"..\", \"prompt\": \"x\", \"file\": \"\\u0000\", \"seed\": \"\\ud83d\"}",
                "{\"recipe\": \"a: [\", \"pipeline\": \"\\u0000\", \"run\": \"../x\", \"name\": \"../x\", \"from\": \"/etc/passwd\"}");
        Map<String, String> before = all();
        for (String path : List.of(
                "/new",
                "/new/check",
                "/new/files",
                "/new/set",
                "/chat",
                "/chat/answers/0/stop",
                "/generate",
                "/blind",
                "/blind/0/choice",
                "/data/caption",
                "/runs/none/stop",
                "/runs/none/resume")) {
            for (String body : bodies) {
                String shown = path + " " + body.substring(0, Math.min(40, body.length()));
                assertThat(studio.post(path, body).status()).as(shown).isIn(200, 400, 404, 413);
            }
        }
        Map<String, String> after = all();
        after.keySet().removeIf(name -> name.contains("draft."));
        assertThat(after).isEqualTo(before);
    }

    private JsonObject posted(String path, String... fields) throws IOException {
        JsonObject body = new JsonObject();
        for (int i = 0; i < fields.length; i += 2) {
            body.addProperty(fields[i], fields[i + 1]);
        }
        return JsonParser.parseString(studio.post(path, body.toString()).body()).getAsJsonObject();
    }

    /** Sixty-five thousand values across and as many down are as many pictures as an int cannot count. */
    @Test
    void aGridOfMorePicturesThanCanBeCountedIsRefused() throws IOException {
        Files.createDirectories(studio.models.resolve("sd"));
        Files.writeString(studio.models.resolve("sd/model_index.json"), "{}");
        String values = "1,".repeat(65_536);
        String problems = posted(
                        "/generate",
                        "model",
                        studio.models.resolve("sd").toString(),
                        "prompt",
                        "a",
                        "x",
                        "seed",
                        "xs",
                        values,
                        "y",
                        "steps",
                        "ys",
                        values)
                .get("problems")
                .toString();
        assertThat(problems).contains("more than the 64 of one grid");
    }

    /** Only pictures have captions: a text's would be written over itself. */
    @Test
    void captionsStandBesidePicturesAndNothingElse() throws IOException {
        Path note = Files.writeString(studio.data.resolve("note.txt"), "mine");
        Path list = Files.writeString(studio.data.resolve("train.json"), "[]");
        Path plain = studio.data.resolve("picture");
        ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "png", plain.toFile());
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
        ImageIO.write(
                new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB),
                "png",
                studio.data.resolve("sly.png").toFile());
        Files.createSymbolicLink(studio.data.resolve("sly.txt"), secret);
        for (Path file :
                List.of(note, list, studio.data, studio.data.resolve("none.png"), studio.data.resolve("sly.png"))) {
            JsonObject body = new JsonObject();
            body.addProperty("file", file.toString());
            body.addProperty("caption", "new");
            assertThat(studio.post("/data/caption", body.toString()).status())
                    .as(file.toString())
                    .isEqualTo(404);
        }
        assertThat(note).hasContent("mine");
        assertThat(secret).hasContent("secret");
        assertThat(studio.data.resolve("train.txt")).doesNotExist();
        posted("/data/caption", "file", plain.toString(), "caption", "a <b>");
        assertThat(studio.data.resolve("picture.txt")).hasContent("a <b>\n");
        assertThat(studio.data.resolve(".txt")).doesNotExist();
    }

    @Test
    void theSameRunsManyTimesAreComparedOnce() throws IOException {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            studio.run("r" + i, 2);
            all.add("run=r" + i + "&run=mine");
        }
        String page = studio.get("/runs/compare?" + String.join("&", all)).body();
        assertThat(page.split("href=\"/runs/mine\"", -1)).hasSize(2);
        assertThat(page.split("class=\"swatch\"", -1).length - 1)
                .as("as many as a chart can hold")
                .isBetween(2, 12);
        assertThat(studio.get("/runs/compare?run=" + Query.encoded("../mine")).status())
                .isEqualTo(404);
    }
}
