package org.moslora.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Shows a file or an address in the desktop's browser. The program runs without a screen of its own, since painting needs none; so
 * this asks the desktop's own opener and not {@link java.awt.Desktop}.
 */
final class Browser {
    private static final int SECONDS = 5;

    private Browser() {}

    /** Whether there was a desktop that took the file. */
    static boolean open(Path file) {
        return open(file.toAbsolutePath().toString());
    }

    /** Whether there was a desktop that took the address. */
    static boolean open(String address) {
        List<String> command = command(System.getProperty("os.name"), System.getenv(), address);
        if (command.isEmpty()) {
            return false;
        }
        try {
            Process opener = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // Some openers stay until the browser is closed: that they have not failed by now is good enough.
            return !opener.waitFor(SECONDS, TimeUnit.SECONDS) || opener.exitValue() == 0;
        } catch (IOException none) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What opens a file or an address there; empty where there is no desktop. */
    static List<String> command(String system, Map<String, String> environment, String path) {
        String name = system.toLowerCase(Locale.ROOT);
        if (name.startsWith("mac")) {
            return List.of("open", path);
        } else if (name.startsWith("windows")) {
            return List.of("rundll32", "url.dll,FileProtocolHandler", path);
        }
        boolean screen = environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
        return screen ? List.of("xdg-open", path) : List.of();
    }
}
