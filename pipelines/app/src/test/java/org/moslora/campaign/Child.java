package org.moslora.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.moslora.app.MosloraCli;

/** The program in a process of its own, started as the launcher starts it. */
final class Child {
    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "-Xms64m",
            "-Xmx512m",
            "-Djava.awt.headless=true",
            "-Dfile.encoding=UTF-8",
            "-Dstdout.encoding=UTF-8",
            "-Dstderr.encoding=UTF-8");

    private final Process process;
    private final Path out;
    private final Path err;

    private Child(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The words that start a class of ours in a fresh Java. */
    static List<String> java(Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        return command;
    }

    /**
     * Starts a verb.
     *
     * @param folder where it works
     * @param logs where what it prints goes
     */
    static Child start(Path folder, Path logs, Map<String, String> environment, List<String> words) {
        List<String> command = java(MosloraCli.class);
        command.addAll(words);
        try {
            Files.createDirectories(logs);
            Path out = Files.createTempFile(logs, "run", ".out");
            Path err = Files.createTempFile(logs, "run", ".err");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            return new Child(builder.start(), out, err);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Whether it ends within this time. */
    boolean endsWithin(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** Ends it with SIGKILL and, as a user would find them, leaves whatever it had started for itself. */
    List<ProcessHandle> kill() throws InterruptedException {
        List<ProcessHandle> orphans;
        try (Stream<ProcessHandle> all = process.descendants()) {
            orphans = all.toList();
        }
        process.destroyForcibly().waitFor();
        return orphans;
    }

    /** Waits for its end, and kills it if that takes longer. */
    Ended await(long millis) throws InterruptedException {
        boolean ended = endsWithin(millis);
        if (!ended) {
            kill().forEach(ProcessHandle::destroyForcibly);
        }
        return new Ended(process.exitValue(), text(out), text(err), !ended, 0);
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
