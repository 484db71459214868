package org.moslora.app;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.moslora.app.doctor.Doctor;
import org.moslora.console.progress.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code moslora doctor}. */
@Command(
        name = "doctor",
        description = "Say what this machine has to train with, and try it: processor, memory, GPUs, libtorch, caches.",
        mixinStandardHelpOptions = true)
final class DoctorVerb implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Mixin
    private ThreadOption threads = new ThreadOption();

    @Override
    public Integer call() {
        String version = new MosloraCli.Version().getVersion()[0];
        boolean runs = Doctor.examine(version, threads.count(), line -> Printed.line(spec, line));
        return (runs ? ExitCode.DONE : ExitCode.FAILED).number();
    }
}
