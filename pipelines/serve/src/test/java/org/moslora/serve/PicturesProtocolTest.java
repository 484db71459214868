package org.moslora.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.layers.Engine;

/** Pictures in OpenAI's protocol over a toy, as a client sees them: fields, errors, counts, adapters, and the end. */
@Timeout(60)
final class PicturesProtocolTest {
    private static final String PAINT = "/v1/images/generations";
    private static final String SMALL = "\"prompt\": \"a\", \"steps\": 4, \"size\": \"16x16\"";

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ServiceMetrics metrics = new ServiceMetrics();
    private final ToyPainting toy = new ToyPainting();
    private HttpServer server;
    private RequestQueue queue;
    private Routes routes;

    @BeforeEach
    void start() throws IOException {
        Engine.start(1);
        for (String adapter : List.of("cat", "dog", "broken")) {
            Files.writeString(folder.resolve(adapter), "weights");
        }
        queue = new RequestQueue("models", 4, Duration.ofSeconds(30));
        Catalogue models = new Catalogue(
                List.of(new ServedImageGenerator("toy", toy, adapter -> !adapter.endsWith("broken"))),
                new Adapters(folder));
        ImagesRoute images = new ImagesRoute(models, queue, metrics);
        List<Routes.Route> all = List.of(
                new Routes.Route("POST", PAINT, images),
                new Routes.Route("GET", "/v1/models", call -> call.json(models.json(5))),
                new Routes.Route("GET", "/metrics", call -> call.text(metrics.text(queue::waiting))));
        routes = new Routes(all, new Origins(null, true), metrics, 1);
        // Read once in a process, and other tests of it want slow clients to be hung up on.
        Patience.set(Duration.ofSeconds(60), true);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", routes);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        queue.close();
        threads.shutdownNow();
    }

    private HttpResponse<String> sent(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.BodyPublisher publisher =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + path);
        return client.send(
                HttpRequest.newBuilder(uri).method(method, publisher).build(), HttpResponse.BodyHandlers.ofString());
    }

    private List<String> painted(String more) throws IOException, InterruptedException {
        HttpResponse<String> answer = sent("POST", PAINT, "{" + SMALL + more + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonArray data = JsonParser.parseString(answer.body()).getAsJsonObject().getAsJsonArray("data");
        List<String> pictures = new ArrayList<>();
        for (JsonElement each : data) {
            pictures.add(each.getAsJsonObject().get("b64_json").getAsString());
        }
        return pictures;
    }

    private static JsonObject error(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        return JsonParser.parseString(answer.body()).getAsJsonObject().getAsJsonObject("error");
    }

    @Test
    void severalPicturesAreThoseOfSeedsInARow() throws Exception {
        List<String> three = painted(", \"n\": 3, \"seed\": 5");
        assertThat(three).hasSize(3).doesNotHaveDuplicates();
        assertThat(painted(", \"seed\": 6")).containsExactly(three.get(1));
        assertThat(painted(", \"seed\": 5, \"n\": 1")).containsExactly(three.get(0));
        assertThat(painted("")).as("no seed is the first one").isEqualTo(painted(", \"seed\": 0"));
        assertThat(painted(", \"n\": 2, \"seed\": 9223372036854775807").get(1))
                .isEqualTo(painted("").get(0));
    }

    @Test
    void othersNamesForTheSameOptionsMeanTheSame() throws Exception {
        List<String> own = painted(", \"negative\": \"n\", \"guidance\": 3");
        assertThat(painted(", \"negative_prompt\": \"n\", \"guidance_scale\": 3"))
                .isEqualTo(own);
        assertThat(painted(", \"user\": \"me\", \"quality\": \"hd\", \"style\": \"vivid\", \"background\": \"auto\","
                        + " \"negative\": \"n\", \"guidance\": 3, \"output_format\": \"png\", \"stream\": false"))
                .isEqualTo(own);
        assertThat(painted(", \"guidance\": 3")).isNotEqualTo(own);
    }

    @Test
    void aPictureComesAsAUrlWhereThatIsAskedFor() throws Exception {
        HttpResponse<String> answer = sent("POST", PAINT, "{" + SMALL + ", \"response_format\": \"url\"}");
        JsonObject picture = JsonParser.parseString(answer.body())
                .getAsJsonObject()
                .getAsJsonArray("data")
                .get(0)
                .getAsJsonObject();
        assertThat(picture.keySet()).containsExactly("url");
        assertThat(picture.get("url").getAsString())
                .isEqualTo("data:image/png;base64," + painted("").get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"n\": 0 | n",
                "\"n\": 11 | n",
                "\"n\": 1.5 | n",
                "\"size\": \"17x16\" | multiple of 8",
                "\"size\": \"999999x16\" | size",
                "\"size\": \"-16x16\" | size",
                "\"stream\": true | stream",
                "\"output_format\": \"webp\" | output_format",
                "\"image\": \"/etc/hostname\" | reads none",
                "\"seed\": -1 | seed",
                "\"steps\": 0 | steps",
                "\"scheduler\": \"eular\" | euler",
                "\"strength\": 0.5 | strength",
                "\"true_guidance\": 2 | guidance",
                "\"negative\": \"\\ud83d\" | surrogate",
                "\"adapters\": [\"../cat\"] | none of this service",
                "\"adapters\": [\"/etc/hostname:x\"] | none of this service",
                "\"adapters\": [\"/etc/nowhere:x\"] | none of this service"
            })
    void whatIsWrongIsAnErrorInTheProtocolsForm(String field, String words) throws Exception {
        JsonObject error = error(sent("POST", PAINT, "{" + SMALL + ", " + field + "}"), 400);
        assertThat(error.keySet()).containsExactly("message", "type", "param", "code");
        assertThat(error.get("type").getAsString()).isEqualTo("invalid_request_error");
        assertThat(error.get("code").getAsInt()).isEqualTo(400);
        assertThat(error.get("message").getAsString()).contains(words);
        assertThat(toy.loaded).as("nothing was begun").isEmpty();
    }

    @Test
    void modelsAreNamedWithAnAdapterOrWithout() throws Exception {
        List<String> plain = painted("");
        List<String> adapted = painted(", \"model\": \"toy:cat:0.5\"");
        assertThat(adapted).isNotEqualTo(plain);
        assertThat(painted(", \"model\": \"toy\", \"adapters\": [\"cat:0.25\", \"cat:0.25\"]"))
                .isEqualTo(adapted);
        assertThat(painted(", \"model\": \"toy:cat:0.2\", \"adapters\": \"cat:0.3\""))
                .isEqualTo(adapted);
        assertThat(painted(", \"model\": \"toy\"")).isEqualTo(plain);
        // What is on stays on; what is asked for again is put on once.
        assertThat(toy.loaded).containsExactly("[]", "[cat=0.5]", "[]");
        for (String none : List.of("nobody", "toy:nobody", "toyy", "toy:../x")) {
            JsonObject error = error(sent("POST", PAINT, "{" + SMALL + ", \"model\": \"" + none + "\"}"), 404);
            assertThat(error.get("message").getAsString()).contains(none);
        }
    }

    @Test
    void whatFailedToBePutOnIsTriedAnewAndTheNextOneIsServed() throws Exception {
        List<String> plain = painted("");
        for (int i = 0; i < 2; i++) {
            JsonObject error = error(sent("POST", PAINT, "{" + SMALL + ", \"adapters\": \"broken\"}"), 500);
            assertThat(error.get("type").getAsString()).isEqualTo("server_error");
        }
        assertThat(painted("")).isEqualTo(plain);
        assertThat(toy.loaded).containsExactly("[]", "[broken=1.0]", "[broken=1.0]", "[]");
    }

    @Test
    void anAdapterThatWasWrittenAnewIsPutOnAnew() throws Exception {
        painted(", \"adapters\": \"cat\"");
        painted(", \"adapters\": \"cat\"");
        Files.setLastModifiedTime(
                folder.resolve("cat"), java.nio.file.attribute.FileTime.fromMillis(1_000_000_000_000L));
        painted(", \"adapters\": \"cat\"");
        assertThat(toy.loaded).containsExactly("[cat=1.0]", "[cat=1.0]");
    }

    @Test
    void whatWasAnsweredIsCountedByPathAndStatus() throws Exception {
        painted(", \"n\": 2");
        painted("");
        sent("POST", PAINT, "{");
        sent("POST", PAINT.substring(3), "{" + SMALL + "}");
        sent("POST", "/somewhere?path=%22", "{}");
        sent("GET", PAINT, "");
        String text = sent("GET", "/metrics", "").body();
        assertThat(text.lines())
                .contains(
                        "moslora_requests_total{path=\"" + PAINT + "\",status=\"200\"} 3",
                        "moslora_requests_total{path=\"" + PAINT + "\",status=\"400\"} 1",
                        "moslora_requests_total{path=\"" + PAINT + "\",status=\"405\"} 1",
                        "moslora_requests_total{path=\"other\",status=\"404\"} 1",
                        "moslora_request_seconds_count{path=\"" + PAINT + "\"} 5",
                        "moslora_pictures_total 4",
                        "moslora_tokens_total{kind=\"prompt\"} 0",
                        "moslora_requests_waiting 0");
        for (String line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
            assertThat(line).matches("[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*})? [0-9.E-]+");
        }
        assertThat(text.lines().filter(each -> each.startsWith("# TYPE"))).doesNotHaveDuplicates();
    }

    @Test
    void anotherMethodIsToldWhichOneIsAnswered() throws Exception {
        HttpResponse<String> answer = sent("GET", PAINT, "");
        assertThat(error(answer, 405).get("message").getAsString()).contains("POST");
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
        assertThat(sent("DELETE", "/v1/models", "").headers().firstValue("Allow"))
                .contains("GET");
    }

    @Test
    void modelsAreListedWithWhatFitsThem() throws Exception {
        JsonObject list =
                JsonParser.parseString(sent("GET", "/models", "").body()).getAsJsonObject();
        assertThat(list.get("object").getAsString()).isEqualTo("list");
        JsonObject first = list.getAsJsonArray("data").get(0).getAsJsonObject();
        assertThat(first).hasToString("{\"id\":\"toy\",\"object\":\"model\",\"created\":5,\"owned_by\":\"moslora\"}");
    }

    @Test
    void whoComesWhenItClosesIsToldToComeAgain() throws Exception {
        assertThat(routes.drained()).isTrue();
        HttpResponse<String> answer = sent("POST", PAINT, "{" + SMALL + "}");
        assertThat(error(answer, 503).get("type").getAsString()).isEqualTo("server_error");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }

    /** One is painted, four wait, and the sixth is told so at once, by a number that clients know. */
    @Test
    void aFullQueueAnswersTooMany() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ending = new CountDownLatch(1);
        threads.execute(() -> queue.ask(ticket -> {
            begun.countDown();
            return awaited(ending);
        }));
        begun.await();
        for (int i = 0; i < 4; i++) {
            threads.execute(() -> queue.ask(ticket -> "waited"));
        }
        while (queue.waiting() < 4) {
            Thread.onSpinWait();
        }
        assertThat(sent("GET", "/metrics", "").body()).contains("moslora_requests_waiting 4\n");
        HttpResponse<String> answer = sent("POST", PAINT, "{" + SMALL + "}");
        JsonObject error = error(answer, 429);
        assertThat(error.get("type").getAsString()).isEqualTo("rate_limit_error");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        ending.countDown();
        assertThat(painted("")).hasSize(1);
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
