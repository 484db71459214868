package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts, origins, tokens, paths and files of others. */
final class SecurityTest {
    private static final String SECRET = "nobody-may-see-this";

    @TempDir
    Path folder;

    private StudioUnderTest studio;

    @BeforeEach
    void start() throws IOException {
        studio = new StudioUnderTest(folder);
        Path run = studio.run("mine", 3);
        Files.createDirectories(folder.resolve("secret"));
        Files.writeString(folder.resolve("secret/secret.txt"), SECRET);
        Files.createDirectories(folder.resolve("runs-secret"));
        Files.writeString(folder.resolve("runs-secret/secret.txt"), SECRET);
        Files.createSymbolicLink(run.resolve("link"), folder.resolve("secret"));
        Files.createSymbolicLink(run.resolve("link.txt"), folder.resolve("secret/secret.txt"));
        Files.writeString(run.resolve("note.html"), "<script>alert(1)</script>");
        Files.writeString(run.resolve("drawing.svg"), "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>");
        Files.writeString(run.resolve("picture.png"), "<script>no picture</script>");
    }

    @AfterEach
    void end() {
        studio.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/runs",
                "/runs/mine",
                "/runs/mine/events",
                "/runs/mine/files/recipe.yaml",
                "/new",
                "/data",
                "/chat",
                "/generate",
                "/adapters",
                "/nothing",
                "/assets/x/studio.js",
                "/runs?token=wrong"
            })
    void withoutTheTokenNothingIsTold(String path) throws IOException {
        String cookie = "Cookie: moslora-studio-" + studio.port + "=wrong";
        for (List<String> headers :
                List.of(List.<String>of(), List.of(cookie), List.of("Authorization: Bearer " + "x".repeat(32)))) {
            StudioUnderTest.Answer answer = studio.ask("GET", path, "", headers);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.body()).doesNotContain("mine", StudioUnderTest.TOKEN);
        }
    }

    @Test
    void theTokenBecomesACookieAndLeavesTheAddress() throws IOException {
        StudioUnderTest.Answer answer =
                studio.ask("GET", "/runs/compare?run=a%20b&token=" + StudioUnderTest.TOKEN + "&run=c", "", List.of());
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("location")).isEqualTo("/runs/compare?run=a%20b&run=c");
        assertThat(answer.header("set-cookie"))
                .contains("moslora-studio-" + studio.port + "=", "HttpOnly", "SameSite=Strict");
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.test/", "///evil.test", "/%2fevil.test/", "/%5cevil.test/"})
    void theTokenLeadsNowhereElse(String path) throws IOException {
        String location = studio.ask("GET", path + "?token=" + StudioUnderTest.TOKEN, "", List.of())
                .header("location");
        assertThat(location).doesNotStartWith("//").doesNotStartWith("/\\").doesNotContain("http");
    }

    @Test
    void itAnswersUnderItsOwnNamesOnly() throws IOException {
        int port = studio.port;
        for (String host : List.of("127.0.0.1:" + port, "localhost:" + port, "LOCALHOST:" + port, "[::1]:" + port)) {
            assertThat(studio.get("/runs", "Host: " + host).status()).as(host).isEqualTo(200);
        }
        for (String host : List.of(
                "evil.test",
                "evil.test:" + port,
                "127.0.0.1.evil.test:" + port,
                "127.0.0.1:" + (port + 1),
                "127.0.0.1:" + port + "@evil.test",
                "localhost",
                "127.0.0.1",
                "0.0.0.0:" + port)) {
            assertThat(studio.get("/runs", "Host: " + host).status()).as(host).isEqualTo(403);
        }
        assertThat(studio.get("/runs", "Host: 127.0.0.1:" + port, "Host: evil.test")
                        .status())
                .isIn(400, 403);
    }

    @Test
    void onlyItsOwnPageHasThingsDone() throws IOException {
        int port = studio.port;
        String cookie = "Cookie: moslora-studio-" + port + "=" + StudioUnderTest.TOKEN;
        for (String path : List.of("/runs", "/new", "/runs/mine/stop", "/chat", "/generate", "/data/caption")) {
            for (String origin : List.of(
                    "http://evil.test",
                    "null",
                    "",
                    "http://127.0.0.1:" + port + ".evil.test",
                    "http://127.0.0.1:" + (port + 1),
                    "https://127.0.0.1:" + port,
                    "http://localhost:" + port)) {
                assertThat(studio.ask("POST", path, "{}", List.of(cookie, "Origin: " + origin))
                                .status())
                        .as(path + " " + origin)
                        .isEqualTo(403);
            }
            assertThat(studio.ask("POST", path, "{}", List.of(cookie)).status()).isEqualTo(403);
        }
        assertThat(studio.post("/runs/mine/stop", "{}").status()).isEqualTo(200);
        assertThat(studio.ask(
                                "POST",
                                "/runs/mine/stop",
                                "{}",
                                List.of("Authorization: Bearer " + StudioUnderTest.TOKEN))
                        .status())
                .isEqualTo(200);
        assertThat(studio.ask(
                                "POST",
                                "/runs/mine/stop",
                                "{}",
                                List.of("Authorization: Bearer " + StudioUnderTest.TOKEN, "Origin: null"))
                        .status())
                .as("an origin that is told counts, whoever asks")
                .isEqualTo(403);
        StudioUnderTest.Answer asked = studio.ask("OPTIONS", "/runs", "", List.of(cookie, "Origin: http://evil.test"));
        assertThat(asked.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }

    @Test
    void nothingOutsideOfTheFoldersIsRead() throws IOException {
        List<String> ways = new ArrayList<>();
        for (String path : List.of(
                "../../secret/secret.txt",
                "..%2f..%2fsecret%2fsecret.txt",
                "%2e%2e/%2e%2e/secret/secret.txt",
                "..%5c..%5csecret%5csecret.txt",
                "%252e%252e%252fsecret.txt",
                "../../runs-secret/secret.txt",
                "..%2f..%2fruns-secret%2fsecret.txt",
                "link/secret.txt",
                "link.txt",
                "....//....//secret/secret.txt",
                "/" + folder + "/secret/secret.txt",
                "x%00/../../../secret/secret.txt")) {
            ways.addAll(List.of("/runs/mine/files/" + path, "/runs/mine/" + path, "/runs/" + path, "/" + path));
        }
        for (String path : List.of(
                folder + "/secret/secret.txt",
                folder + "/runs/mine/link.txt",
                "/etc/passwd",
                folder + "/runs/../secret/secret.txt",
                folder + "/runs-secret/secret.txt")) {
            ways.add("/data?file=" + path);
            ways.add("/data/picture?file=" + path);
            ways.add("/adapters?file=" + path);
            ways.add("/new/start?from=" + path);
        }
        for (String way : ways) {
            StudioUnderTest.Answer answer = studio.get(way);
            assertThat(answer.status()).as(way).isIn(303, 400, 404);
            assertThat(answer.body()).as(way).doesNotContain(SECRET, "root:");
        }
        assertThat(studio.get("/runs/mine/files/recipe.yaml").body()).contains("rank: 4");
    }

    @Test
    void whatOthersWroteIsText() throws IOException {
        for (String name : List.of("note.html", "drawing.svg", "picture.png", "recipe.yaml")) {
            StudioUnderTest.Answer answer = studio.get("/runs/mine/files/" + name);
            assertThat(answer.header("content-type")).as(name).startsWith("text/plain");
            assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        }
        StudioUnderTest.Answer page = studio.get("/runs");
        assertThat(page.header("content-security-policy"))
                .contains("script-src 'self'", "frame-ancestors 'none'", "default-src 'none'")
                .doesNotContain("unsafe");
        assertThat(page.header("referrer-policy")).isEqualTo("no-referrer");
    }

    @Test
    void namesAndTextsOfOthersAreEscaped() throws IOException {
        String name = "<b>bold & \"100%\"";
        Path run = studio.run(name, 2);
        Files.createDirectories(run.resolve("samples"));
        Files.writeString(
                run.resolve("samples/step-000002.jsonl"),
                "{\"id\":\"<i>\",\"question\":\"<img src=x onerror=alert(1)>\",\"answer\":\"</pre><script>\"}\n{torn");
        Files.writeString(run.resolve("provenance.json"), "{\"note\": \"</textarea></pre><script>alert(1)</script>\"}");
        assertThat(studio.get("/runs").body())
                .contains("&lt;b&gt;bold &amp; &quot;100%&quot;")
                .doesNotContain("<b>bold");
        String page = studio.get("/runs/%3Cb%3Ebold%20%26%20%22100%25%22").body();
        assertThat(page)
                .contains("<h1>&lt;b&gt;bold", "Step 2", "&lt;img src=x onerror")
                .doesNotContain("<img src=x", "<script>alert", "</pre><script>");
    }

    @Test
    void anUploadIsOnePictureOfBearableSize() throws IOException {
        assertThat(studio.post("/chat/picture", "this is text").body()).contains("problems", "readable are JPEG");
        assertThat(studio.ask(
                                "POST",
                                "/chat/picture",
                                "",
                                List.of("Authorization: Bearer " + StudioUnderTest.TOKEN, "Content-Length: 33554433"))
                        .status())
                .isIn(400, 413);
    }

    @Test
    void whatWasSentIsGoneAtTheEnd() throws IOException, InterruptedException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(5, studio.port % 99 + 1, BufferedImage.TYPE_INT_RGB), "png", png);
        HttpRequest sending = HttpRequest.newBuilder(URI.create(studio.origin() + "/chat/picture"))
                .header("Authorization", "Bearer " + StudioUnderTest.TOKEN)
                .POST(HttpRequest.BodyPublishers.ofByteArray(png.toByteArray()))
                .build();
        String answer = HttpClient.newHttpClient()
                .send(sending, HttpResponse.BodyHandlers.ofString())
                .body();
        String name = answer.replaceAll(".*\"picture\":\"([0-9a-f]+)\".*", "$1") + ".picture";
        List<Path> kept = kept(name);
        assertThat(kept).hasSize(1);
        assertThat(Files.readAllBytes(kept.get(0))).isEqualTo(png.toByteArray());
        studio.close();
        assertThat(kept.get(0).getParent()).doesNotExist();
    }

    private static List<Path> kept(String name) throws IOException {
        List<Path> found = new ArrayList<>();
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> all = Files.newDirectoryStream(temporary, "moslora-studio-*")) {
            for (Path place : all) {
                if (Files.exists(place.resolve(name))) {
                    found.add(place.resolve(name));
                }
            }
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/runs/mine/stop",
                "/runs/mine/resume",
                "/new/check",
                "/new/files",
                "/new/set",
                "/data/caption",
                "/chat/picture",
                "/chat/answers/0/stop",
                "/blind/0/choice"
            })
    void whatChangesSomethingIsNeverDoneByReading(String path) throws IOException {
        assertThat(studio.get(path + "?recipe=x&file=x").status()).isEqualTo(405);
        assertThat(studio.ask("HEAD", path, "", List.of("Authorization: Bearer " + StudioUnderTest.TOKEN))
                        .status())
                .isEqualTo(405);
    }

    @Test
    void itListensToThisMachineAlone() throws IOException {
        List<InetAddress> outward = Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
        for (InetAddress address : outward) {
            assertThatThrownBy(() -> new Socket(address, studio.port).close())
                    .as(address.toString())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatIsAskedWronglyIsSaid() throws IOException {
        assertThat(studio.get("/nothing").status()).isEqualTo(404);
        assertThat(studio.get("/runs/none").status()).isEqualTo(404);
        assertThat(studio.ask("DELETE", "/runs", "", List.of("Authorization: Bearer " + StudioUnderTest.TOKEN))
                        .status())
                .isEqualTo(405);
        assertThat(studio.get("/runs/mine/stop").status()).isEqualTo(405);
        assertThat(studio.post("/new", "no json").status()).isEqualTo(400);
    }
}
