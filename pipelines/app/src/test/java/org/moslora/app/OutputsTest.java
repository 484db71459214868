package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.testing.Trees;

/** Nothing that a user has is lost, whatever he names with {@code --out}. */
final class OutputsTest {
    @TempDir
    static Path folder;

    private static TinyCase tiny;
    private static Path run;

    @BeforeAll
    static void train() {
        tiny = TinyCase.in(folder);
        run = tiny.path("trained");
        Program.run("train", tiny.recipe(), "output=" + run, "training.max_steps=2", "--quiet")
                .mustSucceed();
    }

    /** Every one of these is refused, says why, and leaves everything as it is. */
    private static void refused(Path kept, String why, Object... arguments) throws IOException {
        Map<String, String> before = Trees.digests(kept);
        Program.Outcome outcome = Program.run(arguments);
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.errors()).singleElement().asString().contains(why);
        assertThat(Trees.digests(kept)).isEqualTo(before);
    }

    @Test
    void aHomeIsNotReplacedByAnAdapter() throws IOException {
        Path home = Files.createDirectories(tiny.path("home"));
        TinyCase.write(home.resolve("thesis.tex"), "years");
        Trees.copy(run.resolve("adapter"), home.resolve("adapter"));
        for (String format : List.of("peft", "native", "diffusers", "onnx")) {
            refused(
                    home,
                    "home",
                    "convert",
                    "--adapter",
                    home.resolve("adapter"),
                    "--to",
                    format,
                    "--out",
                    home,
                    "--overwrite");
            refused(home, "thesis.tex", "convert", "--adapter", run, "--to", format, "--out", home, "--overwrite");
        }
        refused(home, "thesis.tex", "world", "--out", home, "--scenes", 12, "--overwrite");
        refused(home, "thesis.tex", "export", "--model", tiny.llava().model(), "--out", home, "--overwrite");
    }

    @Test
    void aBaseIsNotReplacedByItsMerge() throws IOException {
        Path base = tiny.model("base");
        Path link = Files.createSymbolicLink(tiny.path("link-to-base"), base);
        for (Path out : List.of(base, link, base.resolve("merged"), base.resolve("x/../../base"), link.resolve("y"))) {
            refused(base, "which is read", "merge", "--model", base, "--adapter", run, "--out", out, "--overwrite");
        }
        refused(
                base,
                "which is read",
                "merge",
                "--model",
                base,
                "--adapter",
                run,
                "--out",
                tiny.folder(),
                "--overwrite");
    }

    @Test
    void convertedFilesAreReplacedOnlyByTheirLikes() throws IOException {
        TinyDiffusion diffusion = TinyDiffusion.first(tiny.path("sd"), 4, 2);
        Path recipe = tiny.path("sd.yaml");
        TinyCase.write(
                recipe,
                "{pipeline: dreambooth, model: '" + diffusion.model()
                        + "', output: sd-run, adapter: {rank: 2, alpha: 4},"
                        + " instance: {images: '" + diffusion.pictures()
                        + "', prompt: a cat}, resolution: 16, training: {learning_rate: 1.0e-3, max_steps: 1}}");
        Program.run("train", recipe, "--quiet").mustSucceed();
        Path adapter = tiny.path("sd-run");
        Path files = Files.createDirectories(tiny.path("files"));
        Path out = files.resolve("cat.safetensors");
        Object[] convert = {"convert", "--adapter", adapter, "--to", "kohya", "--out", out, "--quiet"};
        Object[] again =
                Stream.concat(Stream.of(convert), Stream.of("--overwrite")).toArray();
        Program.run(convert).mustSucceed();
        Map<String, String> first = Trees.digests(files);
        refused(files, "--overwrite", convert);
        Program.run(again).mustSucceed();
        assertThat(Trees.digests(files)).isEqualTo(first);
        TinyCase.write(out, "a thesis");
        refused(files, "did not write", again);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void devicesAreWrittenToAndLinksFollowed() throws IOException {
        Object[] evaluate = {
            "evaluate",
            "--model",
            tiny.llava().model(),
            "--data",
            tiny.llava().test(),
            "--images",
            tiny.llava().images(),
            "--quiet",
            "--out"
        };
        Program.run(Stream.concat(Stream.of(evaluate), Stream.of("/dev/null")).toArray())
                .mustSucceed();
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
        Path scores = tiny.path("linked-scores.jsonl");
        TinyCase.write(scores, "old");
        Path link = Files.createSymbolicLink(tiny.path("scores-link"), scores);
        Program.run(Stream.concat(Stream.of(evaluate), Stream.of(link)).toArray())
                .mustSucceed();
        assertThat(link).isSymbolicLink();
        assertThat(TinyCase.read(scores)).contains("\"loss\"");
        for (Object input : List.of(tiny.llava().test(), tiny.llava().model().resolve("config.json"))) {
            refused(
                    tiny.llava().model(),
                    "which is read",
                    Stream.concat(Stream.of(evaluate), Stream.of(input)).toArray());
        }
    }

    @Test
    void aSecondTrainingOfARunIsRefusedByName() throws Exception {
        Path busy = tiny.path("busy");
        Process first = Program.start(
                tiny.path("busy.log"),
                "train",
                tiny.recipe(),
                "output=" + busy,
                "training.max_steps=100000",
                "--quiet");
        try {
            await(busy.resolve("metrics.jsonl"), first);
            Program.Outcome second = Program.run("train", "--resume", busy, "training.max_steps=3", "--quiet");
            assertThat(second.code()).isEqualTo(2);
            assertThat(second.errors())
                    .singleElement()
                    .asString()
                    .contains("in use by process " + first.pid(), "train", "since");
            assertThat(first.isAlive()).isTrue();
        } finally {
            first.destroyForcibly().waitFor();
        }
        Program.run("train", tiny.recipe(), "output=" + busy, "training.max_steps=3", "--resume", busy, "--quiet")
                .mustSucceed();
    }

    private static void await(Path file, Process process) throws Exception {
        for (int i = 0; i < 6000 && (!Files.exists(file) || Files.size(file) == 0); i++) {
            assertThat(process.isAlive()).isTrue();
            Thread.sleep(10);
        }
    }
}
