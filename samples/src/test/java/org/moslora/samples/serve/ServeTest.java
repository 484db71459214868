package org.moslora.samples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.layers.Engine;
import org.moslora.onnx.session.RunSettings;

/** The service is started and asked, as a client would. */
final class ServeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static Serve serve;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws IOException {
        Engine.start(1);
        ServedModels models = ServedModels.write(folder);
        Adapters known = new Adapters(models.adapters());
        RunSettings settings = RunSettings.of("cpu", 1);
        serve = new Serve(
                new ImageService(models.pictures(), known, settings, 8, PATIENCE),
                new ChatService(models.talk(), ChatTemplate.VICUNA_V1, known, settings, 8, PATIENCE),
                0);
    }

    @AfterAll
    static void stop() {
        int port = serve.port();
        serve.close();
        assertThatThrownBy(() -> ask(port, "/chat", "{}")).isInstanceOf(IOException.class);
    }

    private static HttpResponse<byte[]> ask(int port, String path, String body)
            throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> ask(String path, String body) throws IOException, InterruptedException {
        return ask(serve.port(), path, body);
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void picturesComeWithTheAdapterThatIsAskedFor() throws Exception {
        String plain = "{\"prompt\": \"a red circle\", \"steps\": 2, \"seed\": 3}";
        String adapted = plain.replace("}", ", \"adapters\": [\"red:0.9\"]}");
        HttpResponse<byte[]> first = ask("/generate", plain);
        assertThat(first.statusCode()).as(() -> text(first)).isEqualTo(200);
        assertThat(first.headers().firstValue("Content-Type")).contains("image/png");
        Picture picture = PictureDecoder.decode("answer", first.body());
        assertThat(picture.width()).isEqualTo(TinyDiffusion.SIDE);
        byte[] changed = ask("/generate", adapted).body();
        assertThat(changed).isNotEqualTo(first.body());
        for (int turn = 0; turn < 5; turn++) {
            assertThat(ask("/generate", plain).body()).isEqualTo(first.body());
            assertThat(ask("/generate", adapted).body()).isEqualTo(changed);
        }
    }

    @Test
    void questionsAreAnswered() throws Exception {
        HttpResponse<byte[]> answer = ask("/chat", "{\"prompt\": \"Which colour?\", \"max-new-tokens\": 4}");
        assertThat(answer.statusCode()).as(() -> text(answer)).isEqualTo(200);
        assertThat(text(answer)).startsWith("{\"answer\":");
    }

    @Test
    void whatIsWrongWithARequestIsSaid() throws Exception {
        assertThat(ask("/generate", "{\"prompt\": \"x\", \"stepz\": 2}"))
                .satisfies(response -> assertThat(response.statusCode()).isEqualTo(400))
                .satisfies(response -> assertThat(text(response)).contains("stepz", "steps"));
        assertThat(ask("/generate", "{\"prompt\": \"x\", \"adapters\": [\"../sd\"]}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(ask("/generate", "{\"prompt\": \"x\", \"image\": \"/etc/hostname\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(ask("/chat", "{\"max-new-tokens\": 4}").statusCode()).isEqualTo(400);
        assertThat(ask("/chat", "no json").statusCode()).isEqualTo(400);
        assertThat(ask("/chat", " ".repeat(1 << 17)).statusCode()).isEqualTo(413);
    }

    @Test
    void onlySoManyWaitAndOnlySoLong() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ending = new CountDownLatch(1);
        try (RequestQueue desk = new RequestQueue("desk", 1, Duration.ofMillis(300))) {
            Thread busy = new Thread(() -> assertThatThrownBy(() -> desk.ask(deadline -> {
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
            Thread waiting = new Thread(() -> assertThatThrownBy(() -> desk.ask(deadline -> "never"))
                    .isInstanceOf(HttpError.class)
                    .hasMessageContaining("not enough time"));
            waiting.start();
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(() -> desk.ask(deadline -> "no room"))
                    .isInstanceOf(HttpError.class)
                    .hasMessageContaining("too many");
            waiting.join();
            ending.countDown();
            busy.join();
        }
    }
}
