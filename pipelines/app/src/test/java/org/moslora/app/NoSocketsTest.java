package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Every verb in a process of its own that may open no socket; Java's later releases can no longer watch for it. */
@EnabledForJreRange(max = JRE.JAVA_23)
class NoSocketsTest {
    @TempDir
    static Path folder;

    private static TinyCase tiny;
    private static Path log;

    @BeforeAll
    static void make() {
        tiny = TinyCase.in(folder);
        log = folder.resolve("sockets.txt");
    }

    /** Runs the program to its good end and makes sure that it opened nothing. */
    private static void run(Object... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-Djava.awt.headless=true",
                "-Djava.security.manager=" + NoSockets.class.getName(),
                "-Dtests.sockets=" + log,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                MosloraCli.class.getName()));
        for (Object argument : arguments) {
            words.add(argument.toString());
        }
        Path said = folder.resolve("said.txt");
        Process process = new ProcessBuilder(words)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as("%s ends", arguments[0])
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(log).as("%s: %s", arguments[0], opened()).doesNotExist();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    }

    private static String opened() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @Test
    void everyVerbDoesWithoutTheNetwork() throws Exception {
        Path model = tiny.llava().model();
        Path adapter = folder.resolve("run");
        List<Object> data =
                List.of("--data", tiny.llava().test(), "--images", tiny.llava().images());
        run("check", tiny.recipe());
        run("train", tiny.recipe(), "training.max_steps=1", "--quiet");
        run(with(data, "evaluate", "--model", model, "--adapter", adapter, "--out", folder.resolve("s.jsonl")));
        run("inspect", adapter, "--model", model);
        run("chat", "--model", model, "--max-new-tokens", 2, "--template", "vicuna_v1", "Which?");
        run("merge", "--model", model, "--adapter", adapter, "--out", folder.resolve("merged"));
        run("convert", "--adapter", adapter, "--to", "peft", "--out", folder.resolve("peft"));
        Path graphs = folder.resolve("onnx");
        run("export", "--model", model, "--out", graphs);
        run("chat", "--engine", "onnx", "--model", graphs, "--max-new-tokens", 2, "--template", "vicuna_v1", "Which?");
        run("world", "--out", folder.resolve("world"), "--scenes", 10);
        run("doctor");
        run("--help");
    }

    private static Object[] with(List<Object> more, Object... words) {
        List<Object> all = new ArrayList<>(List.of(words));
        all.addAll(more);
        return all.toArray();
    }
}
