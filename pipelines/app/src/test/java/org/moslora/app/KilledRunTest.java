package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.testing.Trees;
import org.moslora.training.Metrics;

/**
 * A run that is killed with SIGKILL again and again, and taken up again each time, ends in the same bytes as one that
 * was left alone; {@code -Dtests.seed=N} repeats one choice of moments.
 */
class KilledRunTest {
    /** A run is not killed later than this many steps after it went on. */
    private static final int STEPS_A_LIFE = 10;

    private static final int LONGEST_START = 1500;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("tests.seed", System.nanoTime());

    @Test
    void fourKillsChangeNothing() throws Exception {
        survives(4);
    }

    @Test
    @Tag("slow")
    void twentyKillsChangeNothing() throws Exception {
        survives(20);
    }

    private void survives(int kills) throws Exception {
        TinyCase tiny = TinyCase.in(folder);
        int steps = (STEPS_A_LIFE + 4) * (kills + 1);
        Path whole = tiny.path("whole");
        Path broken = tiny.path("broken");
        Program.run(arguments(tiny, whole, steps)).mustSucceed();
        Random random = new Random(seed);
        for (int i = 0; i < kills; i++) {
            kill(tiny, broken, steps, random, i);
        }
        Object[] last = arguments(tiny, broken, steps, "--resume", broken);
        Program.run(last).mustSucceed();
        mustBeSame(whole, broken, steps);
    }

    private static Object[] arguments(TinyCase tiny, Path run, int steps, Object... more) {
        Object[] all = {
            "train",
            tiny.recipe(),
            "output=" + run,
            "training.max_steps=" + steps,
            "adapter.dropout=0.1",
            "validation={fraction: 0.3, every: 7, samples: 1}",
            "--threads",
            "1",
            "--quiet"
        };
        return Stream.concat(Stream.of(all), Stream.of(more)).toArray();
    }

    /** Starts or resumes the run and kills it: sometimes while it starts, else some steps later. */
    private void kill(TinyCase tiny, Path run, int steps, Random random, int number) throws Exception {
        Path log = tiny.path("log-" + number + ".txt");
        Path metrics = run.resolve("metrics.jsonl");
        Object[] more = number == 0 ? new Object[0] : new Object[] {"--resume", run};
        long before = size(metrics);
        Process process = Program.start(log, arguments(tiny, run, steps, more));
        try {
            if (number % 4 == 3) {
                Thread.sleep(random.nextInt(LONGEST_START));
            } else {
                // The log is cut when a run goes on, so that its size is waited for twice: cut, then grown.
                int lines = 1 + random.nextInt(STEPS_A_LIFE);
                awaitLines(process, metrics, before, lines, log);
                TimeUnit.MICROSECONDS.sleep(random.nextInt(30_000));
            }
            assertThat(process.isAlive())
                    .as("killed before its end; tests.seed=%s: %s", seed, Files.readString(log))
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void awaitLines(Process process, Path metrics, long before, int lines, Path log) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        int start = -1;
        long last = before;
        while (process.isAlive() && System.nanoTime() < deadline) {
            long now = size(metrics);
            if (start < 0 && now > 0 && now != last) {
                start = count(metrics);
            }
            last = now;
            if (start >= 0 && count(metrics) >= start + lines - 1) {
                return;
            }
            Thread.sleep(2);
        }
        assertThat(process.isAlive()).as("alive: %s", Files.readString(log)).isTrue();
        throw new AssertionError("no progress within a minute: " + Files.readString(log));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException absent) {
            return 0;
        }
    }

    private static int count(Path metrics) throws IOException {
        try (Stream<String> lines = Files.lines(metrics)) {
            return (int) lines.count();
        } catch (java.nio.file.NoSuchFileException moved) {
            return 0;
        }
    }

    private void mustBeSame(Path whole, Path broken, int steps) throws IOException {
        List<JsonObject> expected = Metrics.rows(whole.resolve("metrics.jsonl"));
        List<JsonObject> actual = Metrics.rows(broken.resolve("metrics.jsonl"));
        assertThat(actual.stream().map(row -> row.get("step").getAsInt()))
                .as("each step once; tests.seed=%s", seed)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, steps).boxed().toList());
        for (String key : List.of("loss", "grad_norm", "learning_rate", "tokens")) {
            assertThat(actual.stream().map(row -> row.get(key)))
                    .as("%s; tests.seed=%s", key, seed)
                    .containsExactlyElementsOf(
                            expected.stream().map(row -> row.get(key)).toList());
        }
        for (String name : List.of("adapter", "adapter-last", "samples", "checkpoints")) {
            for (Path file : Trees.files(whole.resolve(name))) {
                assertThat(broken.resolve(whole.relativize(file)))
                        .as("%s; tests.seed=%s", whole.relativize(file), seed)
                        .hasSameBinaryContentAs(file);
            }
            assertThat(Trees.files(broken.resolve(name))).hasSameSizeAs(Trees.files(whole.resolve(name)));
        }
        try (Stream<Path> left = Files.list(broken)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(names(whole));
        }
    }

    private static List<String> names(Path run) throws IOException {
        try (Stream<Path> entries = Files.list(run)) {
            return entries.map(path -> path.getFileName().toString()).toList();
        }
    }
}
