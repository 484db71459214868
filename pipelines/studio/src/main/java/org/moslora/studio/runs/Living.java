package org.moslora.studio.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether processes still do something. */
public final class Living {
    private Living() {}

    /** Not one that has ended and that nobody asked how: such a one still has its number. */
    public static boolean isAlive(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return !status.substring(status.lastIndexOf(')') + 1).strip().startsWith("Z");
        } catch (IOException elsewhere) {
            return process.isAlive();
        }
    }
}
