package org.moslora.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Engine;

/** What the service answers those who want it to fail, byte by byte over sockets. */
@Timeout(120)
final class HostileClientsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String PAINT = "/v1/images/generations";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static ModelService serve;

    @BeforeAll
    static void start() throws IOException {
        Engine.start(1);
        TinyModels models = TinyModels.write(folder);
        Path secret = Files.createDirectories(folder.resolve("secret"));
        Files.createSymbolicLink(
                models.adapters().resolve("out"), models.adapters().resolve("red"));
        Files.copy(models.adapters().resolve("red/unet.onnx_adapter"), secret.resolve("unet.onnx_adapter"));
        Files.createSymbolicLink(models.adapters().resolve("away"), secret);
        Path sly = Files.createDirectories(models.adapters().resolve("sly"));
        Files.createSymbolicLink(sly.resolve("unet.onnx_adapter"), secret.resolve("unet.onnx_adapter"));
        serve = models.start("", PATIENCE);
    }

    @AfterAll
    static void stop() {
        serve.close();
    }

    private static Socket socket() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), serve.port());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    private static String said(String request) throws IOException {
        try (Socket socket = socket()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String request(String path, String headers, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return "POST " + path + " HTTP/1.1\r\nConnection: close\r\nContent-Length: " + length + "\r\n" + headers
                + "\r\n" + body;
    }

    private static String asked(String path, String body) throws IOException {
        return said(request(path, "Host: localhost:" + serve.port() + "\r\n", body));
    }

    private static String chat(String headers) throws IOException {
        return said(request(
                CHAT, headers, "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"max_tokens\": 1}"));
    }

    private static String said(String question, String more) {
        return "{\"messages\": [{\"role\": \"user\", \"content\": \"" + question + "\"}], \"max_tokens\": 1" + more
                + "}";
    }

    private static void isRefused(String answer, int status, String why) {
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status)
                .contains("\"error\"")
                .contains(why);
    }

    @Test
    void pagesOfOtherOriginsAreRefused() throws IOException {
        String port = ":" + serve.port();
        String host = "Host: localhost" + port + "\r\n";
        assertThat(chat(host)).startsWith("HTTP/1.1 200");
        assertThat(chat("Host: 127.0.0.1" + port + "\r\n")).startsWith("HTTP/1.1 200");
        assertThat(chat(host + "Origin: http://localhost" + port + "\r\n")).startsWith("HTTP/1.1 200");
        for (String origin :
                List.of("https://evil.example", "null", "http://localhost:1", "http://localhost.evil" + port)) {
            isRefused(chat(host + "Origin: " + origin + "\r\n"), 403, "origin");
        }
        // The name of a foreign page that was made to lead to this machine.
        isRefused(chat("Host: evil.example" + port + "\r\n"), 403, "host");
        assertThat(chat("")).startsWith("HTTP/1.1 40");
    }

    @Test
    void onlyTheRoutesThemselvesAreAnswered() throws IOException {
        for (String path : List.of(
                "/v1/modelsX",
                PAINT + "/",
                PAINT + "/x",
                CHAT + "%00",
                "/",
                "/x/../v1/chat/completions",
                "/v1/v1/models")) {
            isRefused(asked(path, "{\"prompt\": \"a\"}"), 404, "nothing");
        }
    }

    @Test
    void namesAreOfTheFolderAndNothingElse() throws IOException {
        assertThat(asked(PAINT, picture("out"))).startsWith("HTTP/1.1 200");
        for (String name : List.of("away", "sly", "../sd", "/etc", "nowhere")) {
            isRefused(asked(PAINT, picture(name)), 400, "none of this service's");
        }
        isRefused(asked(PAINT, picture("a\\u0000b")), 400, "adapter");
        isRefused(asked(CHAT, said("a", ", \"adapters\": [\"a\\u0000b\"]")), 400, "adapter");
        isRefused(asked(PAINT, "{\"prompt\": \"a\", \"image\": \"a\\u0000b\"}"), 400, "image");
    }

    private static String picture(String... adapters) {
        return "{\"prompt\": \"a\", \"steps\": 1, \"adapters\": [\"" + String.join("\", \"", adapters) + "\"]}";
    }

    @Test
    void anAdapterThatIsNamedManyTimesIsThereOnce() throws IOException {
        String[] many = Collections.nCopies(500, "red:0.001").toArray(new String[0]);
        assertThat(asked(PAINT, picture(many))).startsWith("HTTP/1.1 200");
        String[] different = new String[17];
        for (int i = 0; i < different.length; i++) {
            different[i] = "red" + i;
        }
        isRefused(asked(PAINT, picture(different)), 400, "16");
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeAnyWork() throws IOException {
        String prompt = "what is this ".repeat(4600);
        isRefused(asked(CHAT, said(prompt, "")), 400, "max_position_embeddings");
        String huge = "{\"prompt\": \"a\", \"steps\": 1, \"width\": 16384, \"height\": 16384}";
        isRefused(asked(PAINT, huge), 400, "memory");
        assertThat(asked(PAINT, "{\"prompt\": \"a\", \"steps\": 1, \"images\": 1000000}"))
                .startsWith("HTTP/1.1 200");
        assertThat(said("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n"
                        + "x".repeat(Call.LONGEST_REQUEST + 1)))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void slowClientsHoldNobodyUp() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                Socket socket = socket();
                slow.add(socket);
                String begun = i % 2 == 0
                        ? "POST /v1/chat/completions HT"
                        : String.format(
                                Locale.ROOT,
                                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n{",
                                9);
                socket.getOutputStream().write(begun.getBytes(StandardCharsets.UTF_8));
            }
            assertThat(chat("Host: localhost\r\n")).startsWith("HTTP/1.1 200");
            for (Socket socket : slow) {
                assertThat(isOver(socket)).isTrue();
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** Whether the service hangs up, in whichever way. */
    private static boolean isOver(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (IOException reset) {
            return !(reset instanceof java.net.SocketTimeoutException);
        }
    }
}
