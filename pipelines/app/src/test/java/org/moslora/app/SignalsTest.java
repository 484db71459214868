package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.testing.Trees;
import org.moslora.training.Metrics;

/** Real processes that are told to end: nothing that they have done is lost. */
@DisabledOnOs(OS.WINDOWS)
final class SignalsTest {
    private static final int TERMINATED = 143;
    private static final int INTERRUPTED = 130;
    private static final int STEPS = 2000;

    @TempDir
    private Path folder;

    @Test
    void aTuningGoesOnToTheSameBytes() throws Exception {
        TinyCase tiny = TinyCase.in(folder);
        same(tiny.recipe(), "TERM", TERMINATED);
    }

    @Test
    void aPersonalisationGoesOnToTheSameBytes() throws Exception {
        same(personalisation(), "INT", INTERRUPTED);
    }

    @Test
    void aSecondSignalEndsAtOnce() throws Exception {
        Path run = folder.resolve("run");
        Process process = started(TinyCase.in(folder).recipe(), run, 1_000_000);
        kill("TERM", process);
        kill("TERM", process);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
    }

    @Test
    void picturesStopBetweenTwoAndGoOn() throws Exception {
        TinyDiffusion diffusion = TinyDiffusion.first(folder, 4, 1);
        Path out = folder.resolve("painted");
        Path prompts = folder.resolve("prompts.txt");
        Files.write(prompts, java.util.Collections.nCopies(400, "a cat"));
        Object[] words = {
            "generate", "--model", diffusion.model(), "--prompts", prompts, "--steps", 5, "--out", out, "--quiet"
        };
        Process process = Program.start(folder.resolve("log"), words);
        await(process, out.resolve("images.jsonl"));
        Program.Outcome second = Program.run(words);
        assertThat(second.code()).isEqualTo(2);
        assertThat(second.err()).contains("in use by process " + process.pid());
        kill("TERM", process);
        assertThat(ended(process)).isEqualTo(TERMINATED);
        assertThat(log()).contains("the same command goes on").doesNotContain("\tat ", "error");
        long rows = Files.lines(out.resolve("images.jsonl")).count();
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .hasSize((int) rows + 1)
                    .allMatch(name -> name.endsWith(".png") || name.equals("images.jsonl"));
        }
    }

    @Test
    void whatAppearsAsAWholeLeavesNothing() throws Exception {
        Path out = folder.resolve("world");
        Process process = Program.start(folder.resolve("log"), "world", "--out", out, "--scenes", 20000, "--quiet");
        await(process, folder.resolve("world.moslora-partial"));
        kill("TERM", process);
        assertThat(ended(process)).isEqualTo(TERMINATED);
        assertThat(out).doesNotExist();
        assertThat(folder.resolve("world.moslora-partial")).doesNotExist();
        assertThat(log()).doesNotContain("\tat ", "error");
    }

    private Path personalisation() throws IOException {
        TinyDiffusion diffusion = TinyDiffusion.first(folder, 4, 4);
        return Files.writeString(
                folder.resolve("recipe.yaml"),
                "{pipeline: dreambooth, model: '" + diffusion.model() + "', output: run,"
                        + " adapter: {kind: moslora, rank: 2, alpha: 4}, instance: {images: '" + diffusion.pictures()
                        + "', prompt: a photo of sks cat}, resolution: 16,"
                        + " training: {learning_rate: 2.0e-3, max_steps: 9}}");
    }

    private void same(Path recipe, String signal, int code) throws Exception {
        Path run = folder.resolve("told");
        Process process = started(recipe, run, STEPS);
        kill(signal, process);
        assertThat(ended(process)).as(log()).isEqualTo(code);
        int done = Metrics.rows(run.resolve("metrics.jsonl")).size();
        assertThat(done).isBetween(1, STEPS - 1);
        assertThat(run.resolve(String.format("checkpoints/step-%06d", done))).isDirectory();
        assertThat(run.resolve(".moslora-lock")).doesNotExist();
        String told = log().lines()
                .filter(line -> line.contains("./moslora "))
                .findFirst()
                .orElseThrow();
        assertThat(log()).doesNotContain("\tat ", "error").contains("step " + done + " of " + STEPS);
        List<Object> resumed = new ArrayList<>(Arrays.asList(
                (Object[]) told.substring(told.indexOf("./moslora ") + 10).split(" ")));
        int last = done + 5;
        resumed.addAll(List.of("training.max_steps=" + last, "--quiet"));
        Program.run(resumed.toArray()).mustSucceed();
        Path whole = folder.resolve("undisturbed");
        Program.run(train(recipe, whole, last)).mustSucceed();
        mustBeSame(whole, run);
    }

    private static void mustBeSame(Path whole, Path run) throws IOException {
        List<JsonObject> expected = Metrics.rows(whole.resolve("metrics.jsonl"));
        List<JsonObject> actual = Metrics.rows(run.resolve("metrics.jsonl"));
        assertThat(actual.stream().map(row -> row.get("step") + " " + row.get("loss")))
                .containsExactlyElementsOf(expected.stream()
                        .map(row -> row.get("step") + " " + row.get("loss"))
                        .toList());
        for (String name : List.of("adapter", "checkpoints")) {
            List<Path> files = Trees.files(whole.resolve(name));
            assertThat(Trees.files(run.resolve(name))).hasSameSizeAs(files);
            for (Path file : files) {
                assertThat(run.resolve(whole.relativize(file))).hasSameBinaryContentAs(file);
            }
        }
    }

    private static Object[] train(Path recipe, Path run, int steps) {
        return new Object[] {
            "train",
            recipe,
            "output=" + run,
            "training.schedule=constant",
            "training.checkpoint_every=100",
            "training.max_steps=" + steps,
            "--threads",
            "1",
            "--quiet"
        };
    }

    /** A training some steps after its start. */
    private Process started(Path recipe, Path run, int steps) throws Exception {
        Process process = Program.start(folder.resolve("log"), train(recipe, run, steps));
        await(process, run.resolve("metrics.jsonl"));
        return process;
    }

    private void await(Process process, Path file) throws Exception {
        for (int i = 0; i < 6000 && (!Files.exists(file) || Files.size(file) == 0); i++) {
            assertThat(process.isAlive()).as(log()).isTrue();
            Thread.sleep(10);
        }
    }

    private static void kill(String signal, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static int ended(Process process) throws InterruptedException {
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).isTrue();
        return process.exitValue();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }
}
