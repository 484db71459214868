package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.datasets.tiny.TinyDiffusion;

/** What a model or the memory cannot hold is refused before any work: exit 2, what it needs, what there is, what to do. */
final class LimitsTest {
    private static final int POSITIONS = 200;
    private static final String LONG = "what is this ".repeat(100);

    @TempDir
    static Path folder;

    private static TinyCase tiny;
    private static Path model;
    private static Path exported;

    @BeforeAll
    static void make() {
        tiny = TinyCase.in(folder);
        model = tiny.modelWith("short", config -> {
            JsonObject text = config.getAsJsonObject("text_config");
            text.addProperty("max_position_embeddings", POSITIONS);
        });
        exported = folder.resolve("exported");
        Program.run("export", "--model", model, "--out", exported, "--quiet").mustSucceed();
    }

    private static Path model(String engine) {
        return engine.equals("onnx") ? exported : model;
    }

    private static void isRefused(Program.Outcome outcome, String... words) {
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err()).contains(words).doesNotContain("\tat ", "Exception");
        assertThat(outcome.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"torch", "onnx"})
    void promptsMayBeAsLongAsTheModelIsMadeFor(String engine) {
        Path given = model(engine);
        isRefused(
                Program.run("chat", "--model", given, "--engine", engine, "--quiet", LONG),
                "max_position_embeddings",
                "takes 200");
        // An answer ends where the model does.
        Program.run("chat", "--model", given, "--engine", engine, "--max-new-tokens", 100_000, "--quiet", "red?")
                .mustSucceed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"torch", "onnx"})
    void rowsMayBeAsLongAsTheModelIsMadeFor(String engine) {
        Path data = tiny.dataWith(
                "long-" + engine,
                "{\"id\": \"endless\", \"conversations\": [{\"from\": \"human\", \"value\": \"" + LONG
                        + "\"}, {\"from\": \"gpt\", \"value\": \"no\"}]}");
        Path out = folder.resolve(engine + ".jsonl");
        isRefused(
                Program.run(
                        "evaluate",
                        "--model",
                        model(engine),
                        "--engine",
                        engine,
                        "--data",
                        data,
                        "--images",
                        folder.resolve("images"),
                        "--out",
                        out,
                        "--quiet"),
                "endless",
                "max_position_embeddings");
        assertThat(out).doesNotExist();
    }

    @Test
    @Timeout(120)
    void whatDoesNotFitIntoMemoryIsRefused() throws IOException, InterruptedException {
        Path sd = TinyDiffusion.first(folder.resolve("sd"), 1, 0).model();
        Path out = folder.resolve("painted");
        String refused =
                refused("1m", "generate", "--model", sd, "--prompt", "a", "--width", 512, "--out", out, "--quiet");
        assertThat(refused).contains("a picture of 512x", "needs about", "there are 1 MB", "smaller", "MOSLORA_MEMORY");
        assertThat(out).doesNotExist();
        assertThat(refused("64k", "chat", "--model", model, "--quiet", "--max-new-tokens", 100, "red?"))
                .contains("needs about", "shorten");
    }

    /** What is said where there is so much memory. */
    private static String refused(String memory, Object... arguments) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "log", ".txt");
        int code = Program.startWith(Map.of("MOSLORA_MEMORY", memory), log, arguments)
                .waitFor();
        String said = Files.readString(log);
        assertThat(code).as(said).isEqualTo(2);
        return said;
    }
}
