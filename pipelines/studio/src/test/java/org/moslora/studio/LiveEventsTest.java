package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A page that stays open while a run goes on: every step comes once, in order, and again where a resumed run repeats it. */
@Timeout(120)
final class LiveEventsTest {
    @TempDir
    private Path folder;

    private StudioUnderTest studio;

    @BeforeEach
    void start() throws IOException {
        studio = new StudioUnderTest(folder);
    }

    @AfterEach
    void end() {
        studio.close();
    }

    /** A stream of events, read as a browser reads it. */
    private final class OpenPage implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader lines;

        OpenPage(String run, String... headers) throws IOException {
            socket = new Socket("127.0.0.1", studio.port);
            socket.setSoTimeout(60_000);
            StringBuilder request = new StringBuilder("GET /runs/" + run + "/events HTTP/1.0\r\nHost: 127.0.0.1:"
                    + studio.port + "\r\nAuthorization: Bearer " + StudioUnderTest.TOKEN + "\r\n");
            for (String header : headers) {
                request.append(header).append("\r\n");
            }
            socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        /** The data of the next event of a kind; others are passed over. */
        JsonObject next(String kind) throws IOException {
            String event = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ") && event.equals(kind)) {
                    return JsonParser.parseString(line.substring(6)).getAsJsonObject();
                }
            }
            throw new AssertionError("the stream ended before an event " + kind);
        }

        List<Integer> steps(int count) throws IOException {
            List<Integer> steps = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                steps.add(next("step").get("step").getAsInt());
            }
            return steps;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void append(Path run, int from, int to, String more) throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int step = from; step <= to; step++) {
            rows.append(StudioUnderTest.row(step)).append('\n');
        }
        Files.writeString(run.resolve("metrics.jsonl"), rows + more, StandardOpenOption.APPEND);
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void stepsComeAsTheyAreWritten() throws IOException {
        Path run = studio.run("live", 3);
        String half = StudioUnderTest.row(6).substring(0, 20);
        try (OpenPage page = new OpenPage("live")) {
            assertThat(page.steps(3)).isEqualTo(range(1, 3));
            append(run, 4, 5, half);
            assertThat(page.steps(2)).isEqualTo(range(4, 5));
            Files.writeString(
                    run.resolve("metrics.jsonl"),
                    StudioUnderTest.row(6).substring(20) + "\n",
                    StandardOpenOption.APPEND);
            assertThat(page.steps(1)).isEqualTo(range(6, 6));
            // Who resumes cuts the log after its checkpoint.
            List<String> rows = Files.readAllLines(run.resolve("metrics.jsonl"));
            Files.write(run.resolve("metrics.jsonl"), rows.subList(0, 4));
            append(run, 5, 5, "");
            int last = 6;
            while (last != 5) {
                last = page.next("state").get("last").getAsInt();
            }
            append(run, 6, 8, "");
            assertThat(page.steps(3)).isEqualTo(range(6, 8));
        }
    }

    @Test
    void aPageThatComesAgainGoesOnWhereItWas() throws IOException {
        studio.run("live", 9);
        try (OpenPage page = new OpenPage("live", "Last-Event-ID: 6")) {
            assertThat(page.steps(3)).isEqualTo(range(7, 9));
        }
        try (OpenPage page = new OpenPage("live", "Last-Event-ID: nonsense")) {
            assertThat(page.steps(9)).isEqualTo(range(1, 9));
        }
    }

    @Test
    void aRunThatIsDeletedEndsItsStream() throws IOException {
        Path run = studio.run("live", 2);
        try (OpenPage page = new OpenPage("live")) {
            assertThat(page.steps(2)).isEqualTo(range(1, 2));
            Files.delete(run.resolve("recipe.yaml"));
            while (page.lines.readLine() != null) {
                assertThat(run).exists();
            }
        }
        assertThat(studio.get("/runs/live").status()).isEqualTo(404);
    }

    @Test
    void pagesListenBesideEachOther() throws IOException {
        Path run = studio.run("live", 1);
        try (OpenPage one = new OpenPage("live");
                OpenPage other = new OpenPage("live")) {
            assertThat(one.steps(1)).isEqualTo(other.steps(1));
            append(run, 2, 40, "");
            assertThat(one.steps(39)).isEqualTo(range(2, 40)).isEqualTo(other.steps(39));
        }
    }
}
