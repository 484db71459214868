package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Digests;

/** The files of a run beside its checkpoints. */
class RunFilesTest {
    @TempDir
    Path folder;

    private static StepReport report(int step, double loss) {
        return new StepReport(step, loss, 0.5, 1e-4, 0.25, "tokens", 12, 1 << 20);
    }

    private Path metrics(int steps) {
        Path file = folder.resolve("metrics.jsonl");
        try (Metrics metrics = Metrics.open(file, 0)) {
            for (int step = 1; step <= steps; step++) {
                metrics.add(report(step, 3.0 / step));
            }
        }
        return file;
    }

    @Test
    void aStepIsOnDiskAsSoonAsItIsAdded() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        try (Metrics metrics = Metrics.open(file, 0)) {
            metrics.add(report(1, 2.5));
            assertThat(Files.readAllLines(file)).hasSize(1);
            JsonObject row = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            assertThat(row.get("loss").getAsDouble()).isEqualTo(2.5);
            assertThat(row.get("grad_norm").getAsDouble()).isEqualTo(0.5);
            assertThat(row.get("learning_rate").getAsDouble()).isEqualTo(1e-4);
            assertThat(row.get("tokens").getAsInt()).isEqualTo(12);
            assertThat(row.get("peak_rss_bytes").getAsLong()).isEqualTo(1 << 20);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(20)
    void aPipeIsNoLog() throws Exception {
        Path file = folder.resolve("metrics.jsonl");
        Process made = new ProcessBuilder("mkfifo", file.toString()).start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> Metrics.open(file, 4).close())
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("metrics.jsonl", "pipe");
    }

    @Test
    void theLogIsCutAfterTheCheckpointThatARunGoesOnFrom() throws IOException {
        Path file = metrics(7);
        List<String> before = Files.readAllLines(file);
        try (Metrics metrics = Metrics.open(file, 4)) {
            assertThat(Files.readAllLines(file)).isEqualTo(before.subList(0, 4));
            metrics.add(report(5, 0.6));
        }
        assertThat(Metrics.rows(file).stream().map(row -> row.get("step").getAsInt()))
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(Files.readAllLines(file)).hasSize(5);
    }

    @Test
    void aLineThatACrashCutShortIsLeftOut() throws IOException {
        Path file = metrics(3);
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, whole.length() - 20));
        assertThat(Metrics.rows(file)).hasSize(2);
        try (Metrics metrics = Metrics.open(file, 3)) {
            metrics.add(report(3, 1));
        }
        assertThat(Metrics.rows(file)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"step\": null}",
                "{\"step\": 2, \"loss\": {}}",
                "{\"step\": \"two\", \"loss\": 1}",
                "[2]",
                "{\"st"
            })
    void aLineInTheMiddleThatNoRunWroteIsNamed(String line) throws IOException {
        Path file = metrics(3);
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(1, line);
        Files.write(file, lines);
        assertThatThrownBy(() -> Metrics.open(file, 3))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("metrics.jsonl:2");
        assertThat(file).content().contains(line);
    }

    @Test
    void startingOverEmptiesTheLog() throws IOException {
        Path file = metrics(3);
        Metrics.open(file, 0).close();
        assertThat(Files.readString(file)).isEmpty();
        assertThat(Metrics.rows(folder.resolve("absent"))).isEmpty();
    }

    @Test
    void theCurveIsDrawnAsAPicture() throws IOException {
        Path picture = folder.resolve("loss.png");
        LossPlot.draw(metrics(20), picture);
        BufferedImage drawn = ImageIO.read(picture.toFile());
        assertThat(drawn.getWidth()).isEqualTo(800);
        Set<Integer> colours = new HashSet<>();
        for (int x = 0; x < drawn.getWidth(); x++) {
            for (int y = 0; y < drawn.getHeight(); y++) {
                colours.add(drawn.getRGB(x, y));
            }
        }
        assertThat(colours).hasSizeGreaterThan(5);
    }

    @Test
    void oneStepIsNoCurve() {
        Path picture = folder.resolve("loss.png");
        LossPlot.draw(metrics(1), picture);
        assertThat(picture).doesNotExist();
    }

    @Test
    void aNewRunNeedsAFolderOfItsOwn() throws IOException {
        RunFolder absent = new RunFolder(folder.resolve("absent"));
        assertThatCode(absent::mustBeNew).doesNotThrowAnyException();
        RunFolder empty = new RunFolder(Files.createDirectory(folder.resolve("empty")));
        assertThatCode(empty::mustBeNew).doesNotThrowAnyException();
        RunFolder file = new RunFolder(Files.writeString(folder.resolve("file"), ""));
        assertThatThrownBy(file::mustBeNew).isInstanceOf(InvalidInput.class).hasMessageContaining("is a file");
        Files.writeString(empty.path().resolve("notes.txt"), "");
        assertThatThrownBy(empty::mustBeNew)
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("holds files already")
                .hasMessageContaining("go on with resume");
        Files.writeString(empty.recipe(), "");
        assertThatThrownBy(empty::mustBeNew).hasMessageContaining("holds a run already");
    }

    @Test
    void aFolderThatCannotBeMadeIsTheUsersToName() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> new RunFolder(file.resolve("run")).create())
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("cannot be made");
    }

    @Test
    void provenanceHasSizesAtOnceAndDigestsInTheEnd() throws IOException {
        Engine.start(3);
        Path input = Files.writeString(folder.resolve("data.json"), "[1, 2]");
        Path file = folder.resolve("provenance.json");
        try (Provenance provenance = new Provenance(file, 42, List.of(input))) {
            JsonObject first = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            assertThat(first.get("seed").getAsLong()).isEqualTo(42);
            assertThat(first.get("program").getAsString()).startsWith("moslora ");
            assertThat(first.get("engine").getAsString()).startsWith("libtorch ");
            assertThat(first.get("threads").getAsInt()).isEqualTo(3);
            assertThat(entry(first).get("bytes").getAsLong()).isEqualTo(6);
            provenance.complete();
        }
        JsonObject last = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        assertThat(entry(last).get("sha256").getAsString()).isEqualTo(Digests.sha256(input));
        assertThat(entry(last).get("path").getAsString()).isEqualTo(input.toString());
        Engine.start(1);
    }

    private static JsonObject entry(JsonObject provenance) {
        JsonArray files = provenance.getAsJsonArray("files");
        assertThat(files).hasSize(1);
        return files.get(0).getAsJsonObject();
    }

    @Test
    void memoryIsWhatTheSystemSays() {
        assertThat(Memory.peak()).isBetween(10L << 20, 1L << 40);
    }
}
