package org.moslora.console.progress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What Linux tells about this process; elsewhere what the launcher says, or nothing is known and nothing is shown. */
final class ProcessInfo {
    private static final Path STDERR = Path.of("/proc/self/fd/2");
    private static final Path STATUS = Path.of("/proc/self/status");

    /** Set by launchers, which can ask on any system. */
    private static final String TERMINAL = "moslora.terminal";

    private ProcessInfo() {}

    /** Whether stderr is a terminal that can draw over a line; {@code System.console()} would look at stdin and stdout. */
    static boolean stderrIsTerminal() {
        String told = System.getProperty(TERMINAL, "");
        if (!told.isEmpty()) {
            return Boolean.parseBoolean(told);
        }
        try {
            String target = Files.readSymbolicLink(STDERR).toString();
            return target.matches("/dev/(pts/|tty|console).*") && !"dumb".equals(System.getenv("TERM"));
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /** {@code 5.2 G} of memory in use. */
    static Optional<String> residentMemory() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .map(kibibytes -> String.format(Locale.ROOT, "%.1f G", kibibytes / 1024.0 / 1024.0))
                    .findFirst();
        } catch (IOException | NumberFormatException unknown) {
            return Optional.empty();
        }
    }
}
