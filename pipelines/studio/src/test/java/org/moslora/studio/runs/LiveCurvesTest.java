package org.moslora.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is being written, cut by whoever resumes, and spoilt by a crash: curves show just what is surely there. */
final class LiveCurvesTest {
    private static final int ALL = Integer.MAX_VALUE - 1;

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void begin() {
        file = folder.resolve("metrics.jsonl");
    }

    private static String row(int step) {
        return "{\"step\":" + step + ",\"loss\":" + loss(step) + ",\"learning_rate\":1e-4,\"seconds\":" + step % 7
                + ".5}\n";
    }

    private static double loss(int step) {
        return (step * 37 % 101) / 8.0;
    }

    private static String rows(int from, int to) {
        StringBuilder rows = new StringBuilder();
        for (int step = from; step <= to; step++) {
            rows.append(row(step));
        }
        return rows.toString();
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static List<Integer> steps(RunLog log, int first, int last) {
        return numbers(log.curves(10_000, first, last), "x").stream()
                .map(Double::intValue)
                .toList();
    }

    private static List<Double> numbers(JsonObject curves, String axis) {
        List<Double> numbers = new ArrayList<>();
        JsonArray values = curves.getAsJsonObject("loss").getAsJsonArray(axis);
        for (JsonElement value : values) {
            numbers.add(value.getAsDouble());
        }
        return numbers;
    }

    private static List<Integer> to(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    /** Writers' buffers end anywhere: in a number, a name, or between two lines. */
    @Test
    void aCurveGrowsByWholeLinesHoweverTheyAreWritten() throws IOException {
        byte[] all = rows(1, 40).getBytes(StandardCharsets.UTF_8);
        RunLog log = new RunLog(file);
        assertThat(steps(log.refreshed(), 0, ALL)).isEmpty();
        Random random = new Random(2);
        int at = 0;
        while (at < all.length) {
            int end = Math.min(all.length, at + 1 + random.nextInt(90));
            Files.write(file, Arrays.copyOfRange(all, at, end), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            at = end;
            int whole = (int) IntStream.range(0, at).filter(i -> all[i] == '\n').count();
            assertThat(steps(log.refreshed(), 0, ALL)).isEqualTo(to(whole));
            assertThat(LastRow.of(file).step())
                    .as("the list of runs sees the same")
                    .isEqualTo(whole);
        }
        assertThat(log.lastStep()).isEqualTo(40);
        assertThat(LastRow.of(file).loss()).isEqualTo(loss(40));
    }

    /** Who resumes cuts the log after its checkpoint, and those steps come again with other numbers. */
    @Test
    void whatAResumedRunCutOffIsForgotten() throws IOException {
        append(rows(1, 30));
        RunLog log = new RunLog(file);
        assertThat(log.refreshed().lastStep()).isEqualTo(30);
        Files.writeString(file, rows(1, 20));
        assertThat(steps(log.refreshed(), 0, ALL)).isEqualTo(to(20));
        append("{\"step\":21,\"loss\":99}\n");
        assertThat(numbers(log.refreshed().curves(1000, 21, 21), "y")).containsExactly(99.0);
        Files.writeString(file, "");
        assertThat(log.refreshed().size()).isZero();
        Files.delete(file);
        append(rows(1, 3));
        assertThat(log.refreshed().lastStep()).isEqualTo(3);
    }

    @Test
    void linesThatNoRunWritesAreLeftOut() throws IOException {
        append(rows(1, 2));
        append("\n\nnot a row\n{\"step\":3}\n{\"step\":2,\"loss\":5}\n{\"step\":1,\"loss\":5}\n{\"loss\":1}\n");
        Files.write(file, new byte[] {-1, -2, 0, '\n'}, StandardOpenOption.APPEND);
        append("x".repeat(200_000) + "\n");
        append(rows(3, 4));
        RunLog log = new RunLog(file);
        assertThat(steps(log.refreshed(), 0, ALL)).isEqualTo(to(4));
        assertThat(log.after(2, 100)).extracting(RunLog.Row::line).containsExactly(row(3).strip(), row(4).strip());
    }

    @Test
    void aStretchOfStepsHasBothItsEnds() throws IOException {
        append(rows(1, 50));
        RunLog log = new RunLog(file).refreshed();
        assertThat(steps(log, 10, 12)).containsExactly(10, 11, 12);
        assertThat(steps(log, 50, 50)).containsExactly(50);
        assertThat(steps(log, 51, 99)).isEmpty();
        assertThat(steps(log, 12, 10)).as("a stretch the wrong way round").isEmpty();
        assertThat(steps(log, 0, 0)).isEmpty();
        assertThat(log.curves(10, 0, ALL).get("last").getAsInt()).isEqualTo(50);
    }

    @Test
    void rowsAfterAStepComeOnceInOrderAndThinnedWithBothEnds() throws IOException {
        append(rows(1, 300));
        RunLog log = new RunLog(file).refreshed();
        assertThat(log.after(0, 1000)).extracting(RunLog.Row::step).isEqualTo(to(300));
        assertThat(log.after(300, 1000)).isEmpty();
        assertThat(log.after(298, 1000))
                .extracting(RunLog.Row::line)
                .containsExactly(row(299).strip(), row(300).strip());
        List<Integer> thin = log.after(0, 20).stream().map(RunLog.Row::step).toList();
        assertThat(thin)
                .hasSizeLessThanOrEqualTo(20)
                .startsWith(1)
                .endsWith(300)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aStepTakesWhatMostOfTheLastOnesTook() throws IOException {
        RunLog log = new RunLog(file);
        assertThat(log.refreshed().secondsOfStep()).isZero();
        for (int step = 1; step <= 200; step++) {
            append("{\"step\":" + step + ",\"loss\":1,\"seconds\":" + (step <= 100 ? 9 : step % 10 == 0 ? 50 : 2)
                    + "}\n");
        }
        assertThat(log.refreshed().secondsOfStep()).isEqualTo(2);
        Files.writeString(file, "{\"step\":1,\"loss\":1}\n");
        assertThat(log.refreshed().secondsOfStep()).as("where no row says").isZero();
    }

    @Test
    void theLastRowIsFoundFromTheEndOfALongLog() throws IOException {
        append(rows(1, 2000));
        append("torn {\"step\":9999");
        assertThat(LastRow.of(file)).isEqualTo(new LastRow(2000, loss(2000)));
        append("\nnoise\n\n\n");
        assertThat(LastRow.of(file).step()).isEqualTo(2000);
        assertThat(LastRow.of(folder.resolve("none")).step()).isZero();
        Files.writeString(file, "\n\n");
        assertThat(LastRow.of(file).step()).isZero();
    }

    /** Of every curve the highest and the lowest point stay, however few are asked for, and numbers that are none hide nothing. */
    @Test
    void whatStandsOutStaysWhenACurveIsThinned() {
        Random random = new Random(5);
        for (int round = 0; round < 300; round++) {
            int size = 20 + random.nextInt(500);
            double[] values = random.doubles(size, -1, 1).toArray();
            int high = 1 + random.nextInt(size - 2);
            values[high] = 7;
            for (int i = 0; i < size / 5; i++) {
                int hole = random.nextInt(size);
                values[hole] = hole == high ? values[hole] : Double.NaN;
            }
            int most = 6 + random.nextInt(40);
            int[] kept = ThinnedCurve.kept(values, 0, size, most);
            assertThat(kept)
                    .hasSizeLessThanOrEqualTo(Math.max(most, 6))
                    .contains(0, size - 1, high)
                    .isSorted();
            assertThat(kept).doesNotHaveDuplicates();
        }
    }

    @Test
    void holesAreLeftOutOfACurve() {
        int[] steps = {1, 2, 3, 4};
        double[] values = {Double.NaN, 2, Double.POSITIVE_INFINITY, 1.23456789};
        assertThat(ThinnedCurve.thinned(steps, values, 0, 4, 100)).hasToString("{\"x\":[2,4],\"y\":[2.0,1.234568]}");
        assertThat(ThinnedCurve.thinned(steps, values, 2, 2, 100)).hasToString("{\"x\":[],\"y\":[]}");
    }
}
