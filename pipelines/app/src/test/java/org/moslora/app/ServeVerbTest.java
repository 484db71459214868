package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;

/** {@code serve} as a process of its own, on libtorch: it answers as {@code chat} does, tower adapters included. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(180)
final class ServeVerbTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int TERMINATED = 143;

    @TempDir
    static Path folder;

    private static TinyCase tiny;
    private static Path adapters;
    private static Process process;
    private static String url = "";

    @BeforeAll
    static void start() throws IOException {
        tiny = TinyCase.in(folder);
        adapters = Files.createDirectories(folder.resolve("adapters"));
        Program.run(
                        "train",
                        tiny.recipe(),
                        "output=" + adapters.resolve("both"),
                        "training.learning_rate=5.0e-2",
                        "training.schedule=constant",
                        "vision={adapter: {rank: 2, alpha: 8}}",
                        "projector.train=true",
                        "--threads",
                        1,
                        "--quiet")
                .mustSucceed();
        Path painter =
                Files.move(TinyDiffusion.flow(folder.resolve("flow"), 1, 0).model(), folder.resolve("painter"));
        process = started("--model", painter.toString(), "--threads", "1");
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        url = String.valueOf(said.readLine());
        assertThat(url).as(log()).matches("http://127\\.0\\.0\\.1:\\d+");
    }

    private static Process started(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                MosloraCli.class.getName(),
                "serve",
                "--model",
                tiny.llava().model().toString(),
                "--adapters",
                adapters.toString(),
                "--template",
                "vicuna_v1",
                "--port",
                "0"));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("log").toFile())
                .start();
    }

    private static String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /** A request that is on its way when the signal comes is answered, and the process ends as one that the signal ended. */
    @AfterAll
    static void aSignalEndsItWhenAllIsAnswered() throws Exception {
        CompletableFuture<HttpResponse<String>> last =
                CLIENT.sendAsync(request(question("model", 400)), HttpResponse.BodyHandlers.ofString());
        Thread.sleep(300);
        new ProcessBuilder("kill", "-TERM", Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(last.get().statusCode()).as(last.get().body()).isEqualTo(200);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
        assertThat(log()).doesNotContain("\tat ", "error");
    }

    private static HttpRequest request(String body) {
        return HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static Path picture() {
        return tiny.llava().images().resolve("train-0001.png");
    }

    private static String question(String model, int tokens) throws IOException {
        String png = Base64.getEncoder().encodeToString(Files.readAllBytes(picture()));
        return "{\"model\": \"" + model + "\", \"max_tokens\": " + tokens
                + ", \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\", \"image_url\":"
                + " {\"url\": \"data:image/png;base64," + png + "\"}},"
                + " {\"type\": \"text\", \"text\": \"Which colour does it have?\"}]}]}";
    }

    private static String answer(String model) throws Exception {
        HttpResponse<String> response = CLIENT.send(request(question(model, 8)), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonObject choice = JsonParser.parseString(response.body())
                .getAsJsonObject()
                .getAsJsonArray("choices")
                .get(0)
                .getAsJsonObject();
        // Untaught models babble, and a terminal gets no control characters.
        return choice.getAsJsonObject("message")
                .get("content")
                .getAsString()
                .replaceAll("[\\s\\p{Cntrl}]", "")
                .strip();
    }

    private static String chat(Object... more) {
        List<Object> words = new ArrayList<>(List.of(
                "chat",
                "--model",
                tiny.llava().model(),
                "--image",
                picture(),
                "--template",
                "vicuna_v1",
                "--threads",
                1));
        words.addAll(List.of("--max-new-tokens", 8, "Which colour does it have?"));
        words.addAll(List.of(more));
        return Program.run(words.toArray())
                .mustSucceed()
                .out()
                .replaceAll("\\s|\\\\u00[\\da-f]{2}", "")
                .strip();
    }

    @Test
    void adaptersTakeTurnsAndAnswerAsChatDoes() throws Exception {
        String base = chat();
        String adapted = chat("--adapter", adapters.resolve("both"));
        String half = chat("--adapter", adapters.resolve("both") + ":0.5");
        assertThat(adapted).isNotEqualTo(base);
        for (int turn = 0; turn < 2; turn++) {
            assertThat(answer("model")).isEqualTo(base);
            assertThat(answer("model:both")).isEqualTo(adapted);
            assertThat(answer("model:both:0.5")).isEqualTo(half);
        }
    }

    @Test
    void modelsAreListedByFolder() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/v1/models")).build();
        JsonArray data = JsonParser.parseString(CLIENT.send(request, HttpResponse.BodyHandlers.ofString())
                        .body())
                .getAsJsonObject()
                .getAsJsonArray("data");
        List<String> ids = new ArrayList<>();
        data.forEach(model -> ids.add(model.getAsJsonObject().get("id").getAsString()));
        assertThat(ids).containsExactly("model", "model:both", "painter");
    }

    /** Whatever the family of the generator; and who paints is not asked to talk. */
    @Test
    void aModelTrainedByFlowMatchingPaints() throws Exception {
        String wanted = "{\"model\": \"painter\", \"prompt\": \"a red circle\", \"size\": \"16x16\"}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/images/generations"))
                .POST(HttpRequest.BodyPublishers.ofString(wanted))
                .build();
        HttpResponse<String> painted = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(painted.statusCode()).as(painted.body()).isEqualTo(200);
        assertThat(painted.body()).contains("b64_json");
        HttpResponse<String> asked = CLIENT.send(request(question("painter", 1)), HttpResponse.BodyHandlers.ofString());
        assertThat(asked.statusCode()).isEqualTo(404);
        assertThat(asked.body()).contains("paints and does not converse");
    }

    @Test
    void whatIsWrongIsSaidBeforeAnythingIsServed() {
        Object model = tiny.llava().model();
        assertThat(Program.run("serve", "--model", model, "--model", model, "--port", 0)
                        .errors())
                .anyMatch(line -> line.contains("has the name of another"));
        assertThat(Program.run("serve", "--model", model, "--host", "0.0.0.0").code())
                .isEqualTo(2);
        assertThat(Program.run("serve", "--model", folder.resolve("nothing"), "--port", 0)
                        .code())
                .isEqualTo(2);
        assertThat(Program.run("serve", "--model", model, "--adapters", folder.resolve("none"))
                        .code())
                .isEqualTo(2);
    }
}
