package org.moslora.studio.work;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.moslora.studio.runs.LogTail;

/** A command of the program that is waited for, in a process of its own that ends with the studio. */
final class ChildCall {
    private static final int GRACE_SECONDS = 5;
    private static final Set<Process> LIVING = ConcurrentHashMap.newKeySet();

    private ChildCall() {}

    /**
     * Runs it to its end.
     *
     * @param errors gets what it says on stderr
     * @param heard hears what it prints, as it prints it
     * @param began hears of the process
     * @return what went wrong, line by line; empty if nothing did
     */
    static List<String> run(List<String> command, Path errors, Consumer<String> heard, Consumer<Process> began) {
        Process process = null;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
                    .start();
            LIVING.add(process);
            began.accept(process);
            process.getOutputStream().close();
            try (Reader out = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
                char[] part = new char[256];
                for (int read = out.read(part); read >= 0; read = out.read(part)) {
                    heard.accept(new String(part, 0, read));
                }
            }
            return process.waitFor() == 0 ? List.of() : wrong(errors, process.exitValue());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return List.of("It was stopped.");
        } finally {
            if (process != null) {
                process.destroy();
                LIVING.remove(process);
            }
        }
    }

    private static List<String> wrong(Path errors, int code) {
        List<String> said = LogTail.all(errors);
        List<String> wrong =
                said.stream().filter(line -> line.startsWith("error: ")).toList();
        if (!wrong.isEmpty()) {
            return wrong;
        }
        return said.isEmpty()
                ? List.of("It ended with exit code " + code + " and said nothing.")
                : said.subList(Math.max(0, said.size() - 5), said.size());
    }

    /** Ends all that are under way, and who waits for them: nothing is written from then on. */
    static void end(ExecutorService worker) {
        worker.shutdownNow();
        LIVING.forEach(Process::destroy);
        try {
            for (Process process : LIVING) {
                if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
                }
            }
            worker.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
