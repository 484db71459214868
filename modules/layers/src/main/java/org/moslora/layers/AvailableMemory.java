package org.moslora.layers;

import ai.djl.Device;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory there is to be taken: of the machine, within what a container may have, or as the user says. */
public final class AvailableMemory {
    /** Says how much may be taken at a time, such as {@code 6g}, in place of what the system has left. */
    public static final String NAME = "MOSLORA_MEMORY";

    private static final Path MACHINE = Path.of("/proc/meminfo");
    private static final Path GROUP = Path.of("/sys/fs/cgroup");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmgt]?)");
    private static final Pattern FREE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");
    private static final Pattern ALL = Pattern.compile("MemTotal:\\s+(\\d+) kB");
    private static final Pattern CACHED = Pattern.compile("(?m)^inactive_file (\\d+)");

    private AvailableMemory() {}

    /** Bytes that can be taken now; {@link Long#MAX_VALUE} where nobody says. */
    public static long bytes() {
        String said = System.getenv(NAME);
        return said == null || said.isBlank() ? Math.min(machine(), group(GROUP)) : size(said);
    }

    /** Bytes that can be taken now on a device; of a GPU all that it has, whoever else is at it. */
    public static long on(Device device) {
        if (!device.isGpu()) {
            return bytes();
        }
        List<CudaDriver.Card> cards = CudaDriver.find().cards();
        return device.getDeviceId() < cards.size()
                ? cards.get(device.getDeviceId()).bytes()
                : Long.MAX_VALUE;
    }

    /** Bytes that the machine has; {@link Long#MAX_VALUE} where nobody says. */
    public static long total() {
        Matcher all = ALL.matcher(text(MACHINE));
        return all.find() ? Long.parseLong(all.group(1)) << 10 : Long.MAX_VALUE;
    }

    /** Bytes as people read them. */
    public static String readable(long bytes) {
        return bytes < 1L << 30
                ? String.format(Locale.ROOT, "%.0f MB", bytes / (double) (1 << 20))
                : String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1L << 30));
    }

    /** A number of bytes with perhaps k, m, g or t behind it; what is none counts as unsaid. */
    static long size(String said) {
        Matcher size = SIZE.matcher(said.strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            return machine();
        }
        int power = size.group(2).isEmpty() ? 0 : 1 + "kmgt".indexOf(size.group(2));
        return Long.parseLong(size.group(1)) << (10 * power);
    }

    private static long machine() {
        Matcher free = FREE.matcher(text(MACHINE));
        return free.find() ? Long.parseLong(free.group(1)) << 10 : elsewhere();
    }

    /** On other systems what Java knows: all that the machine has, of which the system itself takes a part. */
    private static long elsewhere() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
                        && machine.getTotalMemorySize() > 0
                ? machine.getTotalMemorySize() / 4 * 3
                : Long.MAX_VALUE;
    }

    /** What a control group has left of its limit; files that the system merely keeps for it do not count. */
    static long group(Path folder) {
        String most = text(folder.resolve("memory.max")).strip();
        String taken = text(folder.resolve("memory.current")).strip();
        if (!most.matches("\\d{1,18}") || !taken.matches("\\d{1,18}")) {
            return Long.MAX_VALUE;
        }
        Matcher cached = CACHED.matcher(text(folder.resolve("memory.stat")));
        long kept = cached.find() ? Long.parseLong(cached.group(1)) : 0;
        return Math.max(0, Long.parseLong(most) - Long.parseLong(taken) + kept);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException elsewhere) {
            return ""; // another system, or none of these files for this process
        }
    }
}
