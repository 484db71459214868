package org.moslora.app;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What a verb answers on stdout; nobody sees it where the verb is a part of another. */
final class Printed {
    private Printed() {}

    /** Prints a line where the command line that the verb belongs to prints. */
    static void line(@Nullable CommandSpec verb, String line) {
        Objects.requireNonNull(verb).commandLine().getOut().println(line);
    }
}
