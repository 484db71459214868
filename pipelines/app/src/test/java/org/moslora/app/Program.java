package org.moslora.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The program, run here or in a process of its own. */
final class Program {
    private Program() {}

    /** What a run printed and the code it ended with. */
    record Outcome(int code, String out, String err) {
        /** The lines of stderr that name a problem. */
        List<String> errors() {
            return err.lines().filter(line -> line.startsWith("error: ")).toList();
        }

        Outcome mustSucceed() {
            if (code != 0) {
                throw new AssertionError("exit " + code + ": " + err);
            }
            return this;
        }
    }

    static Outcome run(Object... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        try {
            int code = MosloraCli.run(texts(arguments));
            return new Outcome(
                    code, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** Starts a process of its own, whose stderr goes into a file. */
    static Process start(Path log, Object... arguments) {
        return startWith(Map.of(), log, arguments);
    }

    /** The same, for one whose stdout is read. */
    static Process startHeard(Path log, Object... arguments) {
        return startHeard(Map.of(), log, arguments);
    }

    /** The same with more in its environment. */
    static Process startHeard(Map<String, String> environment, Path log, Object... arguments) {
        return started(environment, ProcessBuilder.Redirect.PIPE, log, arguments);
    }

    /** The same with more in its environment. */
    static Process startWith(Map<String, String> environment, Path log, Object... arguments) {
        return started(environment, ProcessBuilder.Redirect.DISCARD, log, arguments);
    }

    private static Process started(
            Map<String, String> environment, ProcessBuilder.Redirect out, Path log, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                MosloraCli.class.getName()));
        command.addAll(List.of(texts(arguments)));
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out).redirectError(log.toFile());
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String[] texts(Object... arguments) {
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        return texts;
    }
}
