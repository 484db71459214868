package org.moslora.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process's memory as the operating system counts it. */
public final class Memory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private Memory() {}

    /** Largest resident set so far in bytes; the heap's size where the system does not say. */
    public static long peak() {
        return kilobytes(STATUS, "VmHWM:", Runtime.getRuntime().totalMemory() >> 10) << 10;
    }

    private static long kilobytes(Path file, String key, long otherwise) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(key)) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException elsewhere) {
            return otherwise;
        }
        return otherwise;
    }
}
