package org.moslora.datasets.shipped;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.Digests;
import org.moslora.tensors.DurableFiles;

/**
 * The shipped models as folders, {@code llava}, {@code stable-diffusion} and {@code clip}: copied out of the program once, each file held
 * against its digest.
 */
public final class ShippedModels {
    private static final String SUMS = "SHA256SUMS";
    private static final String BETWEEN = "  ";
    private static final int SHORT = 12;

    private ShippedModels() {}

    /**
     * A folder that holds all of them, made on the first call and whole or not there at all.
     *
     * @param cache where such folders may lie; other releases of the models have others in it
     * @param messages hears when a folder that is there is not as it was made, and so is made anew
     * @throws InvalidInput when a file of the program is not what was shipped
     */
    public static Path in(Path cache, Messages messages) {
        Path folder = cache.resolve("models-" + Digests.sha256OfText(text(SUMS)).substring(0, SHORT));
        boolean there = Files.isDirectory(folder);
        if (there && !isWhole(folder)) {
            messages.tell(folder + " was cut off or changed; it is made anew");
            there = false;
        }
        if (!there) {
            DurableFiles.writeFolder(folder, ShippedModels::fill);
        }
        return folder;
    }

    /** Digest of each file by its path. */
    static Map<String, String> sums() {
        Map<String, String> sums = new LinkedHashMap<>();
        text(SUMS).lines().forEach(line -> {
            int end = line.indexOf(BETWEEN);
            sums.put(line.substring(end + BETWEEN.length()), line.substring(0, end));
        });
        return sums;
    }

    private static boolean isWhole(Path folder) {
        return sums().entrySet().stream().allMatch(sum -> {
            Path file = folder.resolve(sum.getKey());
            return Files.isRegularFile(file) && Digests.sha256(file).equals(sum.getValue());
        });
    }

    private static void fill(Path folder) throws IOException {
        for (Map.Entry<String, String> sum : sums().entrySet()) {
            Path file = folder.resolve(sum.getKey());
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            try (InputStream stream = open(sum.getKey())) {
                Files.copy(stream, file);
            }
            String found = Digests.sha256(file);
            if (!found.equals(sum.getValue())) {
                throw new InvalidInput(
                        "shipped model " + sum.getKey(),
                        "has the digest " + found + ", but " + sum.getValue()
                                + " was shipped; is the program damaged?");
            }
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(ShippedModels.class.getResourceAsStream(name), name);
    }

    private static String text(String name) {
        try (InputStream stream = open(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
