package org.moslora.training.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.console.recipe.Setting;
import org.moslora.console.recipe.ValueSource;
import org.moslora.problems.InvalidInput;
import org.moslora.training.RunFolder;
import org.moslora.training.StepReport;
import org.moslora.training.TrainingListener;

/** What boards are left of a training. That TensorBoard and MLflow read it was tried with both. */
final class ReportsTest {
    private static final List<Setting> SETTINGS = List.of(
            new Setting("adapter.rank", "16", new ValueSource(ValueSource.Source.DEFAULT, "")),
            new Setting("flip", "true", new ValueSource(ValueSource.Source.DEFAULT, "")),
            new Setting("model", "a model", new ValueSource(ValueSource.Source.DEFAULT, "")));

    @TempDir
    private Path folder;

    private static StepReport step(int step) {
        return new StepReport(step, 1.0 / step, 0.5, 1e-4, 0.1, "tokens", 7, 1000);
    }

    private Reports reports(int done, ReportKind... kinds) {
        return Reports.of(List.of(kinds), new RunFolder(folder), SETTINGS, done, TrainingListener.SILENT);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("events.out.tfevents."))
                    .toList();
        }
    }

    /** The events of the one file, every checksum looked at. */
    private List<byte[]> events() throws IOException {
        assertThat(files()).hasSize(1);
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(files().get(0))).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> events = new ArrayList<>();
        while (all.hasRemaining()) {
            byte[] length = new byte[Long.BYTES];
            all.get(length);
            assertThat(all.getInt()).isEqualTo(masked(length));
            byte[] event = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            all.get(event);
            assertThat(all.getInt()).isEqualTo(masked(event));
            events.add(event);
        }
        return events;
    }

    private static int masked(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    /** The step and the loss of every event that has one: behind its tag stands a single, in field 2. */
    private static List<String> losses(List<byte[]> events) {
        List<String> losses = new ArrayList<>();
        byte[] tag = {10, 4, 'l', 'o', 's', 's', 21};
        for (byte[] event : events) {
            int at = Collections.indexOfSubList(bytes(event), bytes(tag));
            if (at >= 0) {
                float value =
                        ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN).getFloat(at + tag.length);
                losses.add(event[10] + ": " + value);
            }
        }
        return losses;
    }

    private static List<Byte> bytes(byte[] array) {
        List<Byte> list = new ArrayList<>();
        for (byte each : array) {
            list.add(each);
        }
        return list;
    }

    private static boolean holds(List<byte[]> events, String text) {
        return events.stream().anyMatch(event -> new String(event, StandardCharsets.ISO_8859_1).contains(text));
    }

    @Test
    void everyStepsLossIsOneScalar() throws IOException {
        Path answers = Files.writeString(
                folder.resolve("answers.jsonl"), "{\"question\": \"a|b\", \"expected\": \"c\", \"answer\": \"d\"}\n");
        try (Reports reports = reports(0, ReportKind.TENSORBOARD)) {
            reports.stepped(step(1));
            reports.stepped(step(2));
            reports.validated(2, 0.25);
            reports.sampled(2, answers);
            reports.finished();
        }
        List<byte[]> events = events();
        assertThat(losses(events)).containsExactly("1: 1.0", "2: 0.5");
        for (String part : List.of(
                "brain.Event:2",
                "validation_loss",
                "grad_norm",
                "answers/text_summary",
                "| a\\|b | c | d |",
                "_hparams_/experiment",
                "_hparams_/session_start_info",
                "adapter.rank",
                "_hparams_/session_end_info")) {
            assertThat(holds(events, part)).as(part).isTrue();
        }
    }

    @Test
    void whatElseAStepHasToSayIsAScalarToo() throws IOException {
        try (Reports reports = reports(0, ReportKind.TENSORBOARD)) {
            reports.stepped(new StepReport(1, 1, 1, 1, 1, "tokens", 7, 9, Map.of("reward_margin", 0.5)));
        }
        assertThat(holds(events(), "reward_margin")).isTrue();
    }

    @Test
    void aResumedRunGoesOnBehindItsCheckpoint() throws IOException {
        try (Reports reports = reports(0, ReportKind.TENSORBOARD)) {
            for (int i = 1; i <= 5; i++) {
                reports.stepped(step(i));
            }
        }
        Path file = files().get(0);
        // What a kill leaves.
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 3));
        try (Reports reports = reports(3, ReportKind.TENSORBOARD)) {
            reports.stepped(step(4));
        }
        assertThat(losses(events())).containsExactly("1: 1.0", "2: 0.5", "3: 0.33333334", "4: 0.25");
    }

    @Test
    void nothingIsLeftUnlessAsked() throws IOException {
        try (Reports reports = reports(0)) {
            reports.stepped(step(1));
            reports.finished();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void mlflowsClientTellsAServer() throws IOException {
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getPath().replaceFirst(".*/mlflow/", "");
            asked.add(path + " " + body);
            byte[] answer = (switch (path) {
                        case "experiments/get-by-name" -> "{\"experiment\": {\"experiment_id\": \"3\"}}";
                        case "runs/create" -> "{\"run\": {\"info\": {\"run_id\": \"abc\"}}}";
                        default -> "{}";
                    })
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        List<String> told = new ArrayList<>();
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        Mlflow board = Mlflow.open(
                Map.of(Mlflow.SERVER, address), new RunFolder(folder), Map.of("adapter.rank", 16.0), 0, told::add);
        board.scalars(1, Map.of("loss", 0.5));
        board.finished();
        board.close();
        assertThat(asked).anyMatch(each -> each.startsWith("runs/log-batch") && each.contains("adapter.rank"));
        String metrics = asked.stream()
                .filter(each -> each.startsWith("runs/log-batch") && each.contains("loss"))
                .findFirst()
                .orElseThrow();
        JsonObject metric = JsonParser.parseString(metrics.substring("runs/log-batch ".length()))
                .getAsJsonObject()
                .getAsJsonArray("metrics")
                .get(0)
                .getAsJsonObject();
        assertThat(metric.get("value").getAsDouble()).isEqualTo(0.5);
        assertThat(asked).anyMatch(each -> each.startsWith("runs/update") && each.contains("FINISHED"));
        assertThat(told).isEmpty();
        Mlflow again = Mlflow.open(Map.of(Mlflow.SERVER, address), new RunFolder(folder), Map.of(), 1, told::add);
        server.stop(0);
        again.scalars(2, Map.of("loss", 0.25));
        again.scalars(3, Map.of("loss", 0.2));
        again.close();
        assertThat(told).singleElement().asString().contains("does not answer any more");
    }

    @Test
    void aServerThatNobodyNamesIsRefused() {
        assertThatThrownBy(() -> Mlflow.open(Map.of(), new RunFolder(folder), Map.of(), 0, line -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(Mlflow.SERVER);
    }
}
