package org.moslora.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.moslora.clip.ClipModel;
import org.moslora.compare.Program;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.pictures.judge.Judge;
import org.moslora.training.RunRequest;

/** This program again, in a process of its own, started as this one was. */
record OwnProgram(RunRequest request) implements Program {
    private static final int PATIENCE_MINUTES = 10;

    @Override
    public void check(Path recipe, List<String> overrides) {
        RunRequest look = new RunRequest(recipe, overrides, request.workingFolder(), null, request.threads(), true);
        Pipelines.of(recipe, overrides).check(look, false, null);
    }

    @Override
    public Outcome run(List<String> words, Path log) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(OwnJava.command(words))
                    .directory(request.workingFolder().toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            ChildProcess.tie(builder.environment());
            Process process = builder.start();
            Thread ending = new Thread(() -> end(process));
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

    @Override
    public <T> T judged(Path clip, Function<Judge, T> question) {
        Engine.start(Math.max(1, request.threads()));
        try (ClipModel space = ClipModel.open(clip, Compute.cpu())) {
            return question.apply(new Judge(space));
        }
    }

    /** Told to end, a training leaves a checkpoint first, which nobody may disturb. */
    private static void end(Process process) {
        process.destroy();
        try {
            process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    /** Unless the program is ending already, when hooks can no longer be taken away. */
    static void unhook(Thread ending) {
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException endingAlready) {
            return;
        }
    }
}
