package org.moslora.layers;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Memory that counts as the process's own although nothing reads it at the moment: pages of mapped weights, which stay
 * once they were read, and what the allocator keeps for the next step.
 */
public final class IdleMemory {
    private static final Path MAPPINGS = Path.of("/proc/self/maps");
    private static final int MADV_DONTNEED = 4;

    /** Shared and never written: whatever such a page holds, the file has it too. */
    private static final Pattern READ_ONLY =
            Pattern.compile("(\\p{XDigit}+)-(\\p{XDigit}+) r--s \\S+ \\S+ \\S+ +(/.*)");

    private IdleMemory() {}

    /** The one function of the C library that is called. */
    interface Libc extends Library {
        int madvise(Pointer start, long bytes, int advice);
    }

    private static final class Holder {
        static final Libc LIBC = Native.load("c", Libc.class);
    }

    /**
     * Gives back what the allocator keeps, and the memory that files mapped for reading take. They stay mapped: what is
     * read again comes from the kernel's cache or from disk. Files that are gone by now keep theirs. Does nothing but on
     * Linux.
     */
    public static void giveBack(Collection<Path> files) {
        if (!Platform.isLinux()) {
            return;
        }
        Allocator.trim();
        Set<String> real = files.stream().map(IdleMemory::real).collect(Collectors.toSet());
        for (String line : mappings()) {
            Matcher mapping = READ_ONLY.matcher(line);
            if (mapping.matches() && real.contains(mapping.group(3))) {
                giveBack(address(mapping.group(1)), address(mapping.group(2)));
            }
        }
    }

    private static String real(Path file) {
        try {
            return file.toRealPath().toString();
        } catch (IOException gone) {
            return file.toString();
        }
    }

    private static List<String> mappings() {
        try {
            return Files.readAllLines(MAPPINGS);
        } catch (IOException hidden) {
            return List.of(); // a sandbox without /proc: everything stays where it is
        }
    }

    // Advice that the kernel does not take leaves the pages where they are, which is no error.
    private static void giveBack(long start, long end) {
        Holder.LIBC.madvise(new Pointer(start), end - start, MADV_DONTNEED);
    }

    private static long address(String hexadecimal) {
        return Long.parseUnsignedLong(hexadecimal, 16);
    }
}
