package org.moslora.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.layers.Engine;

/** The service is started and asked, as a client would. */
final class ServeTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String PAINT = "/v1/images/generations";
    private static final String KEY = "open-sesame";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static ModelService serve;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws IOException {
        Engine.start(1);
        serve = TinyModels.write(folder).start(KEY, PATIENCE);
    }

    @AfterAll
    static void stop() {
        serve.close();
        assertThatThrownBy(() -> ask(CHAT, "{}")).isInstanceOf(IOException.class);
    }

    private static HttpResponse<String> sent(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(serve.url() + path)).header("Authorization", "Bearer " + KEY);
    }

    private static HttpResponse<String> ask(String path, String body) throws IOException, InterruptedException {
        return sent(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static JsonObject json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    private static byte[] painted(String body) throws IOException, InterruptedException {
        JsonArray data = json(ask(PAINT, body)).getAsJsonArray("data");
        return Base64.getDecoder()
                .decode(data.get(data.size() - 1)
                        .getAsJsonObject()
                        .get("b64_json")
                        .getAsString());
    }

    private static String question(String text, String more) {
        return "{\"model\": \"talk\", \"messages\": [{\"role\": \"user\", \"content\": " + text + "}]" + more + "}";
    }

    private static JsonObject choice(JsonObject answer) {
        return answer.getAsJsonArray("choices").get(0).getAsJsonObject();
    }

    private static String content(JsonObject answer) {
        return choice(answer).getAsJsonObject("message").get("content").getAsString();
    }

    @Test
    void picturesComeWithTheAdapterThatIsAskedFor() throws Exception {
        String plain = "{\"prompt\": \"a red circle\", \"steps\": 2, \"seed\": 3}";
        String adapted = plain.replace("}", ", \"model\": \"pictures:red:0.9\"}");
        byte[] first = painted(plain);
        Picture picture = PictureDecoder.decode("answer", first);
        assertThat(picture.width()).isEqualTo(TinyDiffusion.SIDE);
        byte[] changed = painted(adapted);
        assertThat(changed).isNotEqualTo(first);
        for (int turn = 0; turn < 3; turn++) {
            assertThat(painted(plain)).isEqualTo(first);
            assertThat(painted(adapted)).isEqualTo(changed);
        }
        assertThat(painted(plain.replace("}", ", \"adapters\": \"red:0.9\"}"))).isEqualTo(changed);
        // The second of two is the first of the next seed, and sizes are the protocol's.
        assertThat(painted(plain.replace("3}", "2, \"n\": 2}"))).isEqualTo(first);
        Picture wide = PictureDecoder.decode("wide", painted(plain.replace("}", ", \"size\": \"32x16\"}")));
        assertThat(List.of(wide.width(), wide.height())).containsExactly(32, 16);
    }

    @Test
    void questionsAreAnsweredWholeAndPieceByPiece() throws Exception {
        JsonObject answer = json(ask(CHAT, question("\"Which colour?\"", ", \"max_tokens\": 6")));
        assertThat(answer.get("object").getAsString()).isEqualTo("chat.completion");
        assertThat(choice(answer).get("finish_reason").getAsString()).isIn("length", "stop");
        assertThat(answer.getAsJsonObject("usage").get("total_tokens").getAsInt())
                .isGreaterThan(6);
        String text = content(answer);
        HttpResponse<String> streamed = ask(
                CHAT,
                question(
                        "\"Which colour?\"",
                        ", \"max_tokens\": 6, \"stream\": true, \"stream_options\": {\"include_usage\": true}"));
        assertThat(streamed.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        List<String> events = streamed.body()
                .lines()
                .filter(line -> !line.isEmpty())
                .map(line -> line.substring("data: ".length()))
                .toList();
        assertThat(events.get(events.size() - 1)).isEqualTo("[DONE]");
        StringBuilder joined = new StringBuilder();
        for (String event : events.subList(0, events.size() - 1)) {
            JsonArray choices = JsonParser.parseString(event).getAsJsonObject().getAsJsonArray("choices");
            for (JsonElement each : choices) {
                JsonElement part =
                        each.getAsJsonObject().getAsJsonObject("delta").get("content");
                joined.append(part == null ? "" : part.getAsString());
            }
        }
        assertThat(joined).hasToString(text);
        assertThat(events.get(events.size() - 2)).contains("\"usage\"");
    }

    @Test
    void anAnswerEndsWhereItIsToldTo() throws Exception {
        String whole = content(json(ask(CHAT, question("\"What is it?\"", ", \"max_tokens\": 12"))));
        assertThat(whole.length()).isGreaterThan(2);
        JsonArray stop = new JsonArray();
        stop.add(whole.substring(1, 3));
        JsonObject cut = json(ask(CHAT, question("\"What is it?\"", ", \"max_tokens\": 12, \"stop\": " + stop)));
        assertThat(content(cut)).isEqualTo(whole.substring(0, whole.indexOf(whole.substring(1, 3))));
        assertThat(choice(cut).get("finish_reason").getAsString()).isEqualTo("stop");
    }

    @Test
    void picturesComeInDataUrls() throws Exception {
        byte[] png = Files.readAllBytes(folder.resolve("llava/images/train-0000.png"));
        String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
        String parts = "[{\"type\": \"text\", \"text\": \"Which colour?\"}, {\"type\": \"image_url\", \"image_url\":"
                + " {\"url\": \"" + url + "\"}}]";
        JsonObject seen = json(ask(CHAT, question(parts, ", \"max_tokens\": 4")));
        JsonObject blind = json(ask(CHAT, question("\"Which colour?\"", ", \"max_tokens\": 4")));
        assertThat(seen.getAsJsonObject("usage").get("prompt_tokens").getAsInt())
                .isGreaterThan(
                        blind.getAsJsonObject("usage").get("prompt_tokens").getAsInt());
        for (String bad : List.of("http://somewhere/x.png", "data:image/png;base64,AAAA", "data:image/png;base64,?")) {
            assertThat(ask(CHAT, question(parts.replace(url, bad), "")).statusCode())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    @Test
    void whatCanBeNamedIsListed() throws Exception {
        List<String> ids = new ArrayList<>();
        json(sent(request("/v1/models").GET()))
                .getAsJsonArray("data")
                .forEach(model -> ids.add(model.getAsJsonObject().get("id").getAsString()));
        assertThat(ids).containsExactly("pictures", "pictures:red", "talk");
        assertThat(ask(CHAT, question("\"a\"", "").replace("talk", "nobody")).statusCode())
                .isEqualTo(404);
        assertThat(ask(CHAT, question("\"a\"", "").replace("talk", "talk:blue")).statusCode())
                .isEqualTo(404);
        assertThat(ask(CHAT, question("\"a\"", "").replace("talk", "pictures")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void onlyThoseWhoKnowTheKeyAreAnswered() throws Exception {
        for (String path : List.of("/v1/models", "/metrics")) {
            URI uri = URI.create(serve.url() + path);
            assertThat(sent(HttpRequest.newBuilder(uri)).statusCode()).isEqualTo(401);
            assertThat(sent(HttpRequest.newBuilder(uri).header("Authorization", "Bearer x"))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void whatWasDoneIsCounted() throws Exception {
        ask(CHAT, question("\"a\"", ", \"max_tokens\": 1"));
        ask(CHAT, "no json");
        String text = sent(request("/metrics").GET()).body();
        assertThat(text)
                .contains("# TYPE moslora_requests_total counter")
                .contains("moslora_requests_total{path=\"/v1/chat/completions\",status=\"200\"}")
                .contains("moslora_requests_total{path=\"/v1/chat/completions\",status=\"400\"}")
                .contains("moslora_requests_waiting 0");
    }

    @Test
    void whatIsWrongWithARequestIsSaid() throws Exception {
        assertThat(ask(PAINT, "{\"prompt\": \"x\", \"stepz\": 2}"))
                .satisfies(response -> assertThat(response.statusCode()).isEqualTo(400))
                .satisfies(response -> assertThat(response.body()).contains("stepz", "steps", "invalid_request_error"));
        for (String bad : List.of(
                "\"adapters\": [\"../sd\"]", "\"image\": \"/etc/hostname\"", "\"size\": \"big\"", "\"n\": 99")) {
            assertThat(ask(PAINT, "{\"prompt\": \"x\", " + bad + "}").statusCode())
                    .as(bad)
                    .isEqualTo(400);
        }
        for (String bad : List.of(
                "{\"max_tokens\": 4}",
                "no json",
                question("\"a\"", ", \"tools\": [{}]"),
                question("\"a\"", ", \"n\": 2"),
                question("\"a\"", ", \"temperature\": -1"),
                question("\"a\"", ", \"response_format\": {\"type\": \"json_object\"}"),
                question("\"<image> a\"", ""),
                question("[{\"type\": \"video\"}]", ""),
                question("\"a\"", "").replace("user", "robot"),
                question("\"a\"", "").replace("user", "assistant"))) {
            assertThat(ask(CHAT, bad).statusCode()).as(bad).isEqualTo(400);
        }
        assertThat(sent(request(CHAT).GET()).statusCode()).isEqualTo(405);
    }

    @Test
    void onlySoManyWaitAndOnlySoLong() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ending = new CountDownLatch(1);
        try (RequestQueue queue = new RequestQueue("queue", 1, Duration.ofMillis(300))) {
            Thread busy = new Thread(() -> assertThatThrownBy(() -> queue.ask(ticket -> {
                        begun.countDown();
                        try {
                            ending.await();
                        } catch (InterruptedException stopped) {
                            Thread.currentThread().interrupt();
                        }
                        return "late";
                    }))
                    .isInstanceOf(HttpError.class));
            busy.start();
            begun.await();
            Thread waiting = new Thread(() -> assertThatThrownBy(() -> queue.ask(ticket -> "never"))
                    .isInstanceOf(HttpError.class)
                    .hasMessageContaining("not enough time"));
            waiting.start();
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(() -> queue.ask(ticket -> "no room"))
                    .isInstanceOf(HttpError.class)
                    .hasMessageContaining("too many");
            waiting.join();
            ending.countDown();
            busy.join();
        }
    }

    @Test
    void otherMachinesNeedAKey() {
        assertThatThrownBy(() -> new Listening("0.0.0.0", 0, null, 8, PATIENCE)).hasMessageContaining("key");
        assertThat(new Listening("0.0.0.0", 0, KEY, 8, PATIENCE).loopback()).isFalse();
    }
}
