package org.moslora.generation.batch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.moslora.pictures.AdapterUse;
import org.moslora.tensors.Digests;
import org.moslora.tensors.FolderEntries;

/** Short digests of adapters, so that a picture made with another one under the same name is not taken for the same. */
final class AdapterDigests {
    private static final String WEIGHTS = ".safetensors";
    private static final int SHOWN = 12;

    private final Map<String, String> known = new HashMap<>();

    /** {@code NAME: DIGEST} for each, as the web UI lists them. */
    String of(List<AdapterUse> uses) {
        return uses.stream()
                .map(use -> known.computeIfAbsent(use.path(), AdapterDigests::named))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String named(String path) {
        Path given = Path.of(path);
        List<Path> files = files(given);
        if (files.isEmpty()) {
            return ""; // whoever opens it says what is wrong
        }
        String all = files.stream().map(Digests::sha256).collect(Collectors.joining());
        return name(given) + ": " + all.substring(0, SHOWN);
    }

    private static String name(Path given) {
        Path whole = given.toAbsolutePath().normalize();
        int parts = whole.getNameCount();
        String last = String.valueOf(whole.getFileName());
        boolean plain = last.startsWith("adapter") && parts > 1;
        return (plain ? whole.getName(parts - 2).toString() : last).replace(WEIGHTS, "");
    }

    private static List<Path> files(Path given) {
        if (Files.isRegularFile(given)) {
            return List.of(given);
        }
        List<Path> own = inside(given);
        return own.isEmpty() ? inside(given.resolve("adapter")) : own;
    }

    private static List<Path> inside(Path folder) {
        return FolderEntries.of(folder).stream()
                .filter(file -> file.toString().endsWith(WEIGHTS))
                .toList();
    }
}
