package org.moslora.layers;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Makes glibc's allocator keep what it has got. By default every large array of a step is mapped and unmapped again,
 * and the kernel clears its pages each time; that costs more than the arithmetic of the small operators. Must run
 * before libtorch is loaded, since it reads {@code THP_MEM_ALLOC_ENABLE} once.
 *
 * <p>oneDNN keeps machine code for every shape that it has met, a thousand by default and about a megabyte each, so that
 * a training on texts of many lengths grew by as much; it keeps fewer, more than any model has layers of other shapes.
 */
final class Allocator {
    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_THRESHOLD = -3;
    private static final int TOP_PAD_BYTES = 64 << 20;
    private static final String PRIMITIVES = "256";

    private Allocator() {}

    /** The functions of glibc that are called. */
    interface Libc extends Library {
        int mallopt(int parameter, int value);

        int malloc_trim(long keep);

        int setenv(String name, String value, int overwrite);
    }

    static void keepMemory() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            Libc libc = Native.load("c", Libc.class);
            libc.setenv("THP_MEM_ALLOC_ENABLE", "1", 0);
            libc.setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", PRIMITIVES, 0);
            libc.mallopt(M_MMAP_THRESHOLD, 1 << 30);
            libc.mallopt(M_TRIM_THRESHOLD, Integer.MAX_VALUE);
            libc.mallopt(M_TOP_PAD, TOP_PAD_BYTES);
        } catch (UnsatisfiedLinkError absent) {
            // Another C library (musl): slower, but nothing depends on it.
            return;
        }
    }

    /** Gives back what was kept and is not in use; the next large arrays cost their clearing again. */
    static void trim() {
        try {
            Native.load("c", Libc.class).malloc_trim(0);
        } catch (UnsatisfiedLinkError absent) {
            // Another C library, which was not told to keep anything.
            return;
        }
    }
}
