package org.moslora.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.moslora.compare.Program;
import org.moslora.training.Request;

/** This program again, in a process of its own, started as this one was. */
record OwnProgram(Request request) implements Program {
    @Override
    public void check(Path recipe, List<String> overrides) {
        Request look = new Request(recipe, overrides, request.workingFolder(), null, request.threads(), true);
        Pipelines.of(recipe, overrides).check(look, false, null);
    }

    @Override
    public Outcome run(List<String> words, Path log) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Moslora.class.getName()));
        command.addAll(words);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Process process = new ProcessBuilder(command)
                    .directory(request.workingFolder().toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            Thread ending = new Thread(process::destroy);
            Runtime.getRuntime().addShutdownHook(ending);
            try {
                String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Outcome(process.waitFor(), out);
            } finally {
                unhook(ending);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a trial ran", interrupted);
        }
    }

    /** Unless the program is ending already, when hooks can no longer be taken away. */
    private static void unhook(Thread ending) {
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException endingAlready) {
            return;
        }
    }
}
