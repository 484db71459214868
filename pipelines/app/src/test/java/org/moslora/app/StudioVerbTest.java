package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;

/** The page as a process: what it refuses, the line that it prints, and how it ends. */
@Timeout(120)
final class StudioVerbTest {
    private static final String TOKEN = "a-token-for-tests-only";

    @TempDir
    Path folder;

    @Test
    void whatCannotBeIsSaidInALine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refused("--port " + taken.getLocalPort(), "--port", taken.getLocalPort());
        }
        refused("--token", "--token", "short", "--port", 0);
        refused("nowhere", "--models", folder.resolve("nowhere"), "--port", 0);
        refused("65535", "--port", 70_000);
    }

    private void refused(String said, Object... options) {
        Object[] words = new Object[options.length + 3];
        words[0] = "studio";
        words[1] = "--runs";
        words[2] = folder.resolve("runs");
        System.arraycopy(options, 0, words, 3, options.length);
        Program.Outcome outcome = Program.run(words);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.errors())
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).contains(said));
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void aTrainingIsAProcessThatEndsItsStepWithTheStudio() throws IOException, InterruptedException {
        TinyLlava tiny =
                TinyLlava.write(folder.resolve("data"), TinyOptions.standard().withPictures(6, 2));
        Path runs = folder.resolve("runs");
        Process studio = Program.startHeard(
                folder.resolve("log"),
                "studio",
                "--port",
                0,
                "--token",
                TOKEN,
                "--threads",
                1,
                "--runs",
                runs,
                "--data",
                tiny.folder());
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(studio.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            assertThat(line).matches("http://127\\.0\\.0\\.1:\\d+/\\?token=" + TOKEN);
            String recipe = "pipeline: visual-instruction-tuning\nmodel: model\noutput: " + runs.resolve("mine")
                    + "\ndata: {conversations: train.json, images: images, template: vicuna_v1}\n"
                    + "training: {max_steps: 100000}\n";
            assertThat(post(line, "/new", recipe)).contains("/runs/mine");
            Path metrics = runs.resolve("mine/metrics.jsonl");
            while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < 3) {
                assertThat(studio.isAlive()).isTrue();
                Thread.sleep(100);
            }
            List<ProcessHandle> trainings = studio.descendants().toList();
            assertThat(trainings).isNotEmpty();
            studio.toHandle().destroy();
            assertThat(studio.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(studio.exitValue()).isEqualTo(143);
            assertThat(trainings).noneMatch(ProcessHandle::isAlive);
            int steps = Files.readAllLines(metrics).size();
            assertThat(runs.resolve(String.format("mine/checkpoints/step-%06d", steps)))
                    .isDirectory();
            assertThat(out.readLine()).isNull();
        } finally {
            studio.descendants().forEach(ProcessHandle::destroyForcibly);
            studio.destroyForcibly();
        }
    }

    private static String post(String address, String path, String recipe) throws IOException, InterruptedException {
        JsonObject body = new JsonObject();
        body.addProperty("recipe", recipe);
        HttpRequest request = HttpRequest.newBuilder(URI.create(address).resolve(path))
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
