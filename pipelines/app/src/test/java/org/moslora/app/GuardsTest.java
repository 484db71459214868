package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.quantised.CacheFolder;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** What somebody meets who wants the program to fail: refused in a line that names it, before any work. */
class GuardsTest {
    @TempDir
    static Path folder;

    private static TinyCase tiny;
    private static Path run;

    @BeforeAll
    static void make() {
        tiny = TinyCase.in(folder);
        run = folder.resolve("run");
        Program.run("train", tiny.recipe(), "training.max_steps=1", "--quiet").mustSucceed();
    }

    private static void refused(List<String> words, Object... arguments) {
        Program.Outcome outcome = Program.run(arguments);
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.errors()).as(outcome.err()).hasSize(1);
        assertThat(outcome.err()).contains(words).doesNotContain("\tat ", "Exception");
        assertThat(outcome.out()).doesNotContain("NaN");
    }

    /** A copy of the model with one entry of one tensor that is no number. */
    private static Path spoilt(String name, String tensor, float value) throws IOException {
        Path model = tiny.model(name);
        Path file = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        String header = new String(bytes, 8, 200_000 > bytes.length ? bytes.length - 8 : 200_000, "ISO-8859-1");
        int at = header.indexOf("\"" + tensor + "\"");
        assertThat(at).as(tensor).isPositive();
        int offsets = header.indexOf("data_offsets", at);
        String begin = header.substring(header.indexOf('[', offsets) + 1, header.indexOf(',', offsets + 14));
        int length = java.nio.ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt();
        int place = 8 + length + Integer.parseInt(begin.strip());
        java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).putFloat(place, value);
        Files.write(file, bytes);
        return model;
    }

    private static String tensor(String end) {
        try (WeightSource source = SafetensorsFile.open(tiny.llava().model().resolve("model.safetensors"))) {
            return source.names().stream()
                    .filter(name -> name.endsWith(end))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void weightsThatAreNoNumbersAreRefusedByEveryVerbThatReadsThem() throws IOException {
        String embeddings = tensor("embed_tokens.weight");
        Path model = spoilt("nan", embeddings, Float.NaN);
        List<String> words = List.of(model.resolve("model.safetensors").toString(), embeddings, "NaN", "[0, 0]");
        everyVerb(model, words);
        String query = tensor("q_proj.weight");
        Path other = spoilt("infinite", query, Float.POSITIVE_INFINITY);
        everyVerb(other, List.of(other.resolve("model.safetensors").toString(), query, "infinity"));
    }

    private static void everyVerb(Path model, List<String> words) {
        Path out = model.resolveSibling("out-of-" + model.getFileName());
        Path data = tiny.llava().test();
        Path images = tiny.llava().images();
        refused(words, "evaluate", "--model", model, "--data", data, "--images", images, "--out", out, "--quiet");
        refused(words, "chat", "--model", model, "--template", "vicuna_v1", "--quiet", "Which?");
        refused(words, "merge", "--model", model, "--adapter", run, "--out", out, "--quiet");
        refused(words, "export", "--model", model, "--out", out, "--quiet");
        refused(words, "inspect", model);
        refused(words, "check", tiny.recipe(), "model=" + model, "output=" + out, "--deep", "--quiet");
        refused(words, "train", tiny.recipe(), "model=" + model, "output=" + out, "--quiet");
        assertThat(out.resolve("adapter")).doesNotExist();
    }

    @Test
    void aMergeThatRunsOverIsNotWritten() {
        Path out = folder.resolve("run-over");
        Program.Outcome outcome = Program.run(
                "merge", "--model", tiny.llava().model(), "--adapter", run + ":1e30", "--out", out, "--dtype", "fp16");
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(1);
        assertThat(outcome.errors()).singleElement().asString().contains("weight", "F16");
        assertThat(out).doesNotExist();
    }

    private static String loss(Path model) {
        Program.Outcome outcome = quantised(model);
        return outcome.mustSucceed().err() + outcome.out();
    }

    /** Trains a step on quantised weights, which makes or takes their copies. */
    private static Program.Outcome quantised(Path model) {
        Path output = folder.resolve("quantised-" + System.nanoTime());
        return Program.run(
                "train",
                tiny.recipe(),
                "model=" + model,
                "output=" + output,
                "training.quantize=nf4",
                "training.max_steps=1");
    }

    private static void forgetCopies() throws IOException {
        Path cache = Files.createDirectories(CacheFolder.path().resolve("quantised"));
        try (Stream<Path> files = Files.list(cache)) {
            for (Path file : files.filter(file -> file.getFileName().toString().startsWith("cached-"))
                    .toList()) {
                Files.delete(file);
            }
        }
    }

    private static List<Path> copies(String model) throws IOException {
        try (Stream<Path> files = Files.list(CacheFolder.path().resolve("quantised"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(model + "-nf4-")
                            && file.toString().endsWith(".safetensors"))
                    .toList();
        }
    }

    @Test
    void aCacheFileOfAnotherModelOrCutOffIsMadeAnewAndSaid() throws IOException {
        forgetCopies(); // of an earlier run of the tests, made of other weights perhaps
        Path own = tiny.model("cached-own");
        Path other = spoilt("cached-other", tensor("q_proj.weight"), 0.5f);
        assertThat(loss(own)).contains("quantising");
        quantised(other).mustSucceed();
        Path mine = copies("cached-own").get(0);
        byte[] right = Files.readAllBytes(mine);
        Files.copy(copies("cached-other").get(0), mine, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(loss(own)).contains(mine.toString(), "made anew", "quantising");
        assertThat(mine).hasBinaryContent(right);
        Files.write(mine, Arrays.copyOf(right, right.length / 2));
        assertThat(loss(own)).contains("cut off", "made anew");
        assertThat(mine).hasBinaryContent(right);
        assertThat(loss(own)).doesNotContain("quantising", "anew");
        Path seal = mine.resolveSibling(mine.getFileName() + ".seal");
        Path otherSeal = copies("cached-other")
                .get(0)
                .resolveSibling(copies("cached-other").get(0).getFileName() + ".seal");
        Files.copy(copies("cached-other").get(0), mine, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.copy(otherSeal, seal, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(loss(own)).contains("made of something else", "made anew");
        assertThat(mine).hasBinaryContent(right);
    }

    @Test
    void aDeviceThatIsNoneIsFoundByChecking() {
        refused(List.of("device", "banana"), "check", tiny.recipe(), "device=banana", "output=" + folder.resolve("b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "100000", "99999999999", "two"})
    void aNumberOfThreadsThatCannotBeIsRefused(String threads) {
        Program.Outcome outcome = Program.run("train", tiny.recipe(), "--threads", threads);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("--threads", "from 1 to 1024", threads);
    }

    @Test
    void whatStandsBehindAnAdapterIsANumber() {
        refused(
                List.of("\"x\" is no scale", run + ":0.8"),
                "evaluate",
                "--model",
                tiny.llava().model(),
                "--adapter",
                run + ":x",
                "--data",
                tiny.llava().test(),
                "--out",
                folder.resolve("scale.jsonl"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPlaceThatCannotBeWrittenIsToldBeforeTheWork() {
        Path model = tiny.llava().model();
        Path no = Path.of("/proc/moslora/out");
        List<String> words = List.of("--out", no.toString());
        refused(words, "evaluate", "--model", model, "--data", tiny.llava().test(), "--out", no);
        refused(words, "merge", "--model", model, "--adapter", run, "--out", no);
        refused(words, "convert", "--adapter", run, "--to", "peft", "--out", no);
        refused(words, "export", "--model", model, "--out", no);
        refused(words, "generate", "--model", model, "--prompt", "x", "--out", no);
        refused(words, "world", "--scenes", 2, "--out", no);
        refused(words, "quickstart", "--out", no);
        refused(List.of("output", no.toString()), "train", tiny.recipe(), "output=" + no, "--quiet");
        refused(List.of("output", no.toString()), "check", tiny.recipe(), "output=" + no, "--quiet");
    }

    @Test
    void badRowsAreTenAndACountAndTheirControlCharactersAreShown() throws IOException {
        StringBuilder rows = new StringBuilder("[");
        for (int i = 0; i < 5_000; i++) {
            rows.append(i == 0 ? "" : ",")
                    .append("{\"id\": \"r")
                    .append(i)
                    .append("\\u001b[2J\\u0007\", \"image\": \"no-")
                    .append(i)
                    .append("\\u009b31m.png\", \"conversations\": [{\"from\": \"human\", \"value\": \"<image>?\"},")
                    .append("{\"from\": \"gpt\", \"value\": \"x\"}]}");
        }
        Path data = Files.writeString(folder.resolve("bad.json"), rows.append("]"));
        Path report = folder.resolve("report.json");
        Program.Outcome outcome =
                Program.run("check", "--data", data, "--images", tiny.llava().images(), "--report", report);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.errors()).hasSize(11).last().asString().contains("4,990 more", "--report");
        assertThat(outcome.err()).contains("\\u001b[2J", "\\u009b31m").doesNotContain("\033", "\007", "\u009b");
        assertThat(Files.readString(report).split("image-missing", -1)).hasSize(5_001);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(120)
    void whatNeverEndsIsNamed() throws Exception {
        Path zero = Path.of("/dev/zero");
        refused(List.of("/dev/zero"), "check", zero);
        refused(
                List.of("/dev/zero"),
                "check",
                "--data",
                zero,
                "--images",
                tiny.llava().images());
        for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            Path model = tiny.model("endless-" + name);
            Files.delete(model.resolve(name));
            Files.createSymbolicLink(model.resolve(name), zero);
            refused(
                    List.of(name),
                    "train",
                    tiny.recipe(),
                    "model=" + model,
                    "output=" + folder.resolve("e"),
                    "--quiet");
            Files.delete(model.resolve(name));
            Process made = new ProcessBuilder("mkfifo", model.resolve(name).toString()).start();
            assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
            refused(
                    List.of(name),
                    "train",
                    tiny.recipe(),
                    "model=" + model,
                    "output=" + folder.resolve("e"),
                    "--quiet");
        }
    }

    @Test
    void memoryThatRunsOutIsOneLine() throws Exception {
        Path data = folder.resolve("large.json");
        String row = "{\"id\": \"a\", \"conversations\": [{\"from\": \"human\", \"value\": \"" + "x".repeat(1000)
                + "\"}, {\"from\": \"gpt\", \"value\": \"y\"}]}";
        Files.writeString(
                data, "[" + String.join(",", new ArrayList<>(java.util.Collections.nCopies(40_000, row))) + "]");
        Path log = folder.resolve("memory.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx24m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        MosloraCli.class.getName(),
                        "check",
                        "--data",
                        data.toString(),
                        "--images",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(Files.readAllLines(log)).singleElement().asString().contains("out of memory", "MOSLORA_HEAP=");
    }
}
