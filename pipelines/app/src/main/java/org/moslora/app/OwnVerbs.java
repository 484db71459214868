package org.moslora.app;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.moslora.console.progress.ExitCode;
import org.moslora.quickstart.Verbs;
import picocli.CommandLine;

/** The verbs of this program, for one that is made of others. */
final class OwnVerbs implements Verbs {
    @Override
    public void run(List<String> words) {
        List<Exception> thrown = new ArrayList<>();
        CommandLine line = MosloraCli.line(new MosloraCli(Crew.OWN));
        line.setOut(new PrintWriter(Writer.nullWriter()));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            thrown.add(failure);
            return ExitCode.FAILED.number();
        });
        line.setParameterExceptionHandler((wrong, given) -> {
            thrown.add(wrong);
            return ExitCode.FAILED.number();
        });
        int code = line.execute(words.toArray(new String[0]));
        if (!thrown.isEmpty() && thrown.get(0) instanceof RuntimeException failure) {
            throw failure;
        }
        if (code != ExitCode.DONE.number()) {
            throw new IllegalStateException(words.get(0) + " ended with exit code " + code);
        }
    }
}
