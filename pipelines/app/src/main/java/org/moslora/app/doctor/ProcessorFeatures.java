package org.moslora.app.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.moslora.problems.InputFile;

/**
 * What a processor is and can.
 *
 * @param model its name
 * @param known those of its features that products of matrices are computed with
 */
public record ProcessorFeatures(String model, List<String> known) {
    private static final Path FILE = Path.of("/proc/cpuinfo");
    private static final List<String> USED = List.of(
            "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "asimd", "sve", "bf16");

    public ProcessorFeatures {
        known = List.copyOf(known);
    }

    /** This machine's. */
    public static ProcessorFeatures find() {
        try {
            return Files.exists(FILE) ? of(InputFile.lines(FILE)) : unknown();
        } catch (IOException unreadable) {
            return unknown();
        }
    }

    private static ProcessorFeatures unknown() {
        return new ProcessorFeatures(System.getProperty("os.arch"), List.of());
    }

    /** Of Linux's description. */
    static ProcessorFeatures of(List<String> lines) {
        Set<String> flags = Set.copyOf(Arrays.asList(value(lines, "flags")
                .or(() -> value(lines, "Features"))
                .orElse("")
                .split("\\s+")));
        return new ProcessorFeatures(
                value(lines, "model name").orElse(System.getProperty("os.arch")),
                USED.stream().filter(flags::contains).toList());
    }

    private static Optional<String> value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key) && line.contains(":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    /** What bf16 is worth on it. */
    String halves() {
        if (known.contains("amx_bf16")) {
            return "bf16 has its own matrix unit";
        }
        if (known.contains("avx512_bf16") || known.contains("bf16")) {
            return "bf16 has its own instructions";
        }
        return "bf16 has no instructions of its own, and is slower than fp32";
    }
}
