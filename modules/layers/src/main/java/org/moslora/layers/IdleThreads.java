package org.moslora.layers;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the threads of one operator look out for the next before they sleep. To look out is quicker where the machine is
 * free, and ruins everything where it is not: whoever waits then takes the core of who works, and a step with two threads
 * took fifty times as long beside a dozen busy processes. So the machine is asked. Must run before libtorch is loaded,
 * whose OpenMP reads it once.
 */
final class IdleThreads {
    static final String COUNT = "GOMP_SPINCOUNT";

    /** Turns of the loop in which a thread waits, a few hundred microseconds: the quickest on a machine that is free. */
    static final int FREE = 10_000;

    /** None, where others want the cores. */
    static final int BUSY = 0;

    private static final String POLICY = "OMP_WAIT_POLICY";
    private static final Path PRESSURE = Path.of("/proc/pressure/cpu");
    private static final Pattern SOME = Pattern.compile("some avg10=(\\d+(?:\\.\\d+)?)");

    /** Per cent of the last ten seconds in which something waited for a core. */
    private static final double MUCH = 20;

    private IdleThreads() {}

    /** Says how they are to wait, unless somebody has. */
    static void wait(Map<String, String> environment) {
        if (!Platform.isLinux() || environment.containsKey(COUNT) || environment.containsKey(POLICY)) {
            return;
        }
        try {
            Native.load("c", Allocator.Libc.class).setenv(COUNT, Integer.toString(turns()), 0);
        } catch (UnsatisfiedLinkError absent) {
            // Another C library (musl), which has another OpenMP.
            return;
        }
    }

    private static int turns() {
        try {
            return turns(Files.exists(PRESSURE) ? Files.readString(PRESSURE) : "");
        } catch (IOException closed) {
            return turns("");
        }
    }

    /** @param pressure what Linux says of it; where it says nothing, the machine may be a busy one */
    static int turns(String pressure) {
        Matcher some = SOME.matcher(pressure);
        return some.find() && Double.parseDouble(some.group(1)) < MUCH ? FREE : BUSY;
    }
}
