package org.moslora.campaign;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link Worker} in a process of its own, started anew whenever a command line has ended it or does not come back. */
final class LongLived implements AutoCloseable {
    private static final Gson GSON = new Gson();
    /** So that what asks for too much ends this process and not the machine. */
    private static final long MOST_KILOBYTES = 12L << 20;

    private static final String END = "";

    private final Path folder;
    private final Map<String, String> environment;
    private Process process;
    private BlockingQueue<String> lines;
    private Path err;

    /**
     * One that is started when it is first asked.
     *
     * @param folder for what the process prints and for its temporary files
     */
    LongLived(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** Runs a command line. */
    Ended ask(List<String> words, long millis) throws IOException, InterruptedException {
        if (process == null || !process.isAlive()) {
            start();
        }
        Writer asking = process.outputWriter(StandardCharsets.UTF_8);
        asking.write(GSON.toJson(words) + "\n");
        asking.flush();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        StringBuilder noise = new StringBuilder();
        while (true) {
            String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                String where = stacks();
                process.destroyForcibly().waitFor();
                return new Ended(-1, noise.toString(), where, true, 0);
            }
            if (line.equals(END)) {
                int code = process.waitFor();
                return new Ended(
                        code < 3 ? 134 : code,
                        noise.toString(),
                        Files.readString(err, StandardCharsets.ISO_8859_1),
                        false,
                        0);
            }
            if (line.startsWith(Worker.REPLY)) {
                JsonObject reply = GSON.fromJson(line.substring(Worker.REPLY.length()), JsonObject.class);
                return new Ended(
                        reply.get("code").getAsInt(),
                        reply.get("out").getAsString(),
                        reply.get("err").getAsString(),
                        false,
                        reply.get("peak").getAsLong());
            }
            noise.append(line).append('\n');
        }
    }

    private void start() throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "ulimit -v " + MOST_KILOBYTES + " 2>/dev/null; exec \"$@\"", "sh"));
        List<String> java = Child.java(Worker.class);
        command.addAll(java);
        command.addAll(
                command.size() - java.size() + 1,
                List.of(
                        "-Djava.io.tmpdir=" + temporary,
                        "-XX:ErrorFile=" + folder.resolve("crash-%p.log"),
                        "-XX:-CreateCoredumpOnCrash"));
        err = Files.createTempFile(folder, "worker", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        lines = new LinkedBlockingQueue<>();
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        BlockingQueue<String> into = lines;
        Thread reading = new Thread(() -> {
            try {
                reader.lines().filter(line -> !line.isEmpty()).forEach(into::add);
            } catch (UncheckedIOException ended) {
                // It was killed while it was listened to.
            }
            into.add(END);
        });
        reading.setDaemon(true);
        reading.start();
    }

    /** Where the main thread of a process that does not come back stands. */
    private String stacks() throws IOException, InterruptedException {
        Path file = Files.createTempFile(folder, "stacks", ".txt");
        Path jstack = Path.of(System.getProperty("java.home"), "bin", "jstack");
        if (!Files.exists(jstack)) {
            return "";
        }
        Process asked = new ProcessBuilder(jstack.toString(), Long.toString(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(file.toFile())
                .start();
        if (!asked.waitFor(10, TimeUnit.SECONDS)) {
            asked.destroyForcibly();
        }
        String all = Files.readString(file);
        int main = all.indexOf("\"main\"");
        return main < 0 ? "" : all.substring(main).lines().limit(14).reduce("", (a, b) -> a + b + "\n");
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }
}
