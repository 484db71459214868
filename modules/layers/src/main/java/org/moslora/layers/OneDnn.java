package org.moslora.layers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether oneDNN, which libtorch brings, multiplies quicker than the library that libtorch multiplies by otherwise. On
 * AMD's processors with AVX-512 it does by 8 to 16 % (Zen 4, fp32, matrices of 512 to 4096); others were not measured.
 */
final class OneDnn {
    /** Its products; compiled only where they are taken, since not every libtorch has oneDNN. */
    static final String KERNELS = "kernels/onednn.py";

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private OneDnn() {}

    /** On this machine; only Linux tells. */
    static boolean isQuicker() {
        try {
            return Files.isReadable(PROCESSORS) && isQuicker(Files.readAllLines(PROCESSORS));
        } catch (IOException hidden) {
            return false;
        }
    }

    /** @param lines what Linux says of its processors */
    static boolean isQuicker(List<String> lines) {
        return says(lines, "vendor_id", "AuthenticAMD") && says(lines, "flags", "avx512f");
    }

    /** The text of kernels that take the library's own products in their place. */
    static String without(String text) {
        return text.replace("self.onednn_product(", "self.product(");
    }

    private static boolean says(List<String> lines, String key, String word) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .anyMatch(line -> List.of(line.split("[\\s:]+")).contains(word));
    }
}
