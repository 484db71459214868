package org.moslora.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.app.MosloraCli;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;

/** Verbs on a local master, which is Spark in one process, come to what they come to without; what cannot be is said. */
class SparkMainTest {
    private static final Map<String, String> SETTINGS = Map.of(
            "spark.master", "local[2]",
            "spark.ui.enabled", "false",
            "spark.driver.host", "127.0.0.1",
            "spark.driver.bindAddress", "127.0.0.1");

    @TempDir
    Path folder;

    private record Said(int code, String out, String err) {
        List<String> errors() {
            return err.lines().filter(line -> line.startsWith("error: ")).toList();
        }
    }

    @BeforeEach
    void set() {
        SETTINGS.forEach(System::setProperty);
    }

    @AfterEach
    void unset() {
        SETTINGS.keySet().forEach(System::clearProperty);
        Executor.close();
    }

    private static Said said(ToIntFunction<List<String>> program, Object... words) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        try {
            int code = program.applyAsInt(Stream.of(words).map(Object::toString).toList());
            return new Said(code, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private Said shared(Object... words) {
        return said(all -> SparkMain.run(all, folder), words);
    }

    private static Said alone(Object... words) {
        return said(all -> MosloraCli.run(all.toArray(new String[0])), words);
    }

    private static Map<String, byte[]> pictures(Path folder) throws IOException {
        Map<String, byte[]> pictures = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".png")).toList()) {
                pictures.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return pictures;
    }

    @Test
    void picturesHaveTheBytesOfOneProcessAndOnlyMissingOnesAreMade() throws IOException {
        Path model = TinyDiffusion.first(folder, 4, 2).model();
        Path prompts =
                Files.writeString(folder.resolve("prompts.txt"), "red circle\nsks circle --s 2\na photo of red\n");
        Path one = folder.resolve("one");
        Path other = folder.resolve("other");
        List<Object> words = new ArrayList<>(List.of("generate", "--model", model, "--prompts", prompts, "--steps", 2));
        words.addAll(List.of("--images", 2, "--batch", 2, "--threads", 1, "--quiet", "--out"));
        assertThat(alone(with(words, one)).code()).isZero();
        Said first = shared(with(words, other));
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.out()).contains("\"painted\":6");
        assertThat(pictures(other)).usingRecursiveComparison().isEqualTo(pictures(one));
        assertThat(Files.readAllLines(other.resolve("images.jsonl")))
                .containsExactlyInAnyOrderElementsOf(Files.readAllLines(one.resolve("images.jsonl")));
        Files.delete(other.resolve(pictures(other).keySet().iterator().next()));
        assertThat(shared(with(words, other)).out()).contains("\"there\":5", "\"painted\":1");
        assertThat(pictures(other)).usingRecursiveComparison().isEqualTo(pictures(one));
    }

    private static Object[] with(List<Object> words, Object last) {
        List<Object> all = new ArrayList<>(words);
        all.add(last);
        return all.toArray();
    }

    @Test
    void scoresHaveTheBytesOfOneProcess() throws IOException {
        TinyLlava llava = TinyLlava.write(folder, TinyOptions.standard().withPictures(6, 4));
        List<Object> words = List.of(
                "evaluate",
                "--model",
                llava.model(),
                "--data",
                llava.test(),
                "--images",
                llava.images(),
                "--answers",
                "--max-new-tokens",
                3,
                "--template",
                "vicuna_v1",
                "--threads",
                1,
                "--quiet",
                "--out");
        Said one = alone(with(words, folder.resolve("one.jsonl")));
        Said other = shared(with(words, folder.resolve("other.jsonl")));
        assertThat(other.code()).as(other.err()).isZero();
        assertThat(other.out()).isEqualTo(one.out());
        assertThat(folder.resolve("other.jsonl")).hasSameBinaryContentAs(folder.resolve("one.jsonl"));
    }

    @Test
    void whatIsWrongIsSaidAsOneProcessSaysIt() throws IOException {
        Path recipe = Files.writeString(folder.resolve("wrong.yaml"), """
            pipeline: visual-instruction-tuning
            model: nowhere
            adapter: {rnak: 3}
            """);
        Said wrong = shared("train", recipe, "--workers", 2);
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.errors()).isEqualTo(alone("train", recipe).errors()).isNotEmpty();
        assertThat(shared("merge", "--model", "m").errors())
                .singleElement()
                .asString()
                .contains("merge", "train, generate, evaluate, compare");
        assertThat(shared("train", recipe, "--workers", "some").errors())
                .singleElement()
                .asString()
                .contains("--workers", "some");
    }

    @Test
    void aClusterThatCannotDoItIsNamed() throws IOException {
        TinyLlava llava = TinyLlava.write(folder, TinyOptions.standard().withPictures(6, 4));
        Path recipe = Files.writeString(folder.resolve("recipe.yaml"), """
            pipeline: visual-instruction-tuning
            model: model
            output: run
            data: {conversations: train.json, images: images, template: vicuna_v1}
            training: {max_steps: 1, gradient_accumulation: 2}
            """);
        assertThat(llava.model()).exists();
        Said local = shared("train", recipe, "--workers", 2);
        assertThat(local.code()).isEqualTo(2);
        assertThat(local.errors()).singleElement().asString().contains("--workers", "local");
        Said many = shared("train", recipe, "--workers", 3);
        assertThat(many.errors()).singleElement().asString().contains("gradient_accumulation", "3 workers");
        String url;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            url = "spark://127.0.0.1:" + free.getLocalPort();
        }
        System.setProperty("spark.master", url);
        Said silent = shared("train", recipe, "--workers", 2);
        assertThat(silent.code()).isEqualTo(1);
        assertThat(silent.errors()).singleElement().asString().startsWith("error: no master answers at " + url);
        System.setProperty("spark.dynamicAllocation.enabled", "true");
        try {
            Said coming = shared("train", recipe, "--workers", 2);
            assertThat(coming.code()).isEqualTo(1);
            assertThat(coming.errors()).singleElement().asString().contains("dynamicAllocation");
        } finally {
            System.clearProperty("spark.dynamicAllocation.enabled");
        }
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void whatSparkKnowsOfALostExecutorIsSaid() {
        String head =
                "Job aborted due to stage failure: Could not recover from a failed barrier ResultStage. Most recent "
                        + "failure reason: Stage failed because barrier task ResultTask(0, 1) finished unsuccessfully.\n";
        assertThat(SparkCrew.reason(new IllegalStateException(head
                        + "ExecutorLostFailure (executor 1 exited caused by one of the running tasks) Reason: 137")))
                .isEqualTo(": ExecutorLostFailure (executor 1 exited caused by one of the running tasks)");
        assertThat(SparkCrew.reason(new IllegalStateException(head + "java.lang.NoSuchMethodError: x\n\tat y")))
                .isEqualTo(": java.lang.NoSuchMethodError: x");
        assertThat(SparkCrew.reason(new IllegalStateException("gone"))).isEmpty();
    }

    @Test
    void anApplicationThatTheClusterHasEndedIsSaid() {
        try (Cluster cluster = new Cluster(new SparkConf(), 1)) {
            cluster.context().stop();
            assertThatThrownBy(() -> cluster.await(1))
                    .isInstanceOf(ClusterFailure.class)
                    .hasMessageContainingAll("local[2]", "ended");
        }
    }
}
