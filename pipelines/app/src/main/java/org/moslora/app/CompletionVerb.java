package org.moslora.app;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moslora completion}. */
@Command(
        name = "completion",
        description = "Print a script that completes verbs and options: source <(moslora completion bash).",
        mixinStandardHelpOptions = true)
final class CompletionVerb implements Runnable {
    /** Which shell it is for. */
    enum Shell {
        BASH,
        ZSH
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "bash|zsh",
            description = "The shell; zsh takes bash's completions, which the script turns on.")
    private Shell shell = Shell.BASH;

    @Override
    public void run() {
        String script =
                AutoComplete.bash("moslora", Objects.requireNonNull(spec).root().commandLine());
        String first = shell == Shell.ZSH ? "autoload -U +X compinit && compinit\n" : "";
        Printed.line(spec, first + script.stripTrailing());
    }
}
