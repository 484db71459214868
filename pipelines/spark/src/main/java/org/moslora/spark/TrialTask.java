package org.moslora.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.moslora.app.ChildProcess;
import org.moslora.app.MosloraCli;

/** Runs a command of the program in a process of its own, beside an executor's, so that its peak memory is its own. */
final class TrialTask implements ElementTask<Integer, TrialTask.Ended> {
    private static final long serialVersionUID = 1;

    private final List<String> words;
    private final String log;
    private final String workingFolder;

    TrialTask(List<String> words, String log, String workingFolder) {
        this.words = new ArrayList<>(words);
        this.log = log;
        this.workingFolder = workingFolder;
    }

    /**
     * How it ended.
     *
     * @param code its exit code
     * @param out what it printed on stdout
     */
    record Ended(int code, String out) implements Serializable {
        private static final long serialVersionUID = 1;
    }

    @Override
    public Ended of(Integer only) {
        try {
            Files.createDirectories(Path.of(log).getParent());
            ProcessBuilder builder = new ProcessBuilder(command())
                    .directory(Path.of(workingFolder).toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(Path.of(log).toFile()));
            ChildProcess.tie(builder.environment());
            Process process = builder.start();
            try {
                String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Ended(process.waitFor(), out);
            } finally {
                process.destroy();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ClusterFailure("interrupted while a trial ran", interrupted);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + (Runtime.getRuntime().maxMemory() >> 20) + "m",
                "-Djava.awt.headless=true",
                "-Dfile.encoding=UTF-8",
                "-cp",
                classes(),
                MosloraCli.class.getName()));
        command.addAll(words);
        return command;
    }

    /** This program's own jar, without Spark's; where its modules lie apart, all that there is. */
    private static String classes() {
        Path own = place(TrialTask.class);
        boolean whole = Files.isRegularFile(own) && own.equals(place(MosloraCli.class));
        return whole ? own.toString() : System.getProperty("java.class.path");
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException strange) {
            throw new IllegalStateException(strange);
        }
    }
}
