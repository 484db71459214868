package org.moslora.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of this process's memory; zero elsewhere. */
final class Memory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private Memory() {}

    /** What it holds now. */
    static long resident() {
        return field("VmRSS:");
    }

    /** The most that it held since {@link #forgetPeak}. */
    static long peak() {
        return field("VmHWM:");
    }

    static void forgetPeak() {
        try {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        } catch (IOException notHere) {
            // The peak is then that of the whole process.
        }
    }

    private static long field(String name) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(name)) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException notHere) {
            return 0;
        }
        return 0;
    }
}
