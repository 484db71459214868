package org.moslora.tensors;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Recognises by their first bytes the files that people hold in place of a safetensors file. */
final class KnownContent {
    /** How many first bytes are looked at. */
    static final int SIGN = 64;

    private static final String PICKLE = ", which is not read because unpickling can run code:"
            + " convert it to safetensors, or download the model's .safetensors files";

    private KnownContent() {}

    /** What the file is and what to do about it, to follow the word "is". Only to be asked once a file is unsound. */
    static Optional<String> of(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        String trimmed = text.stripLeading().toLowerCase(Locale.ROOT);
        if (start.length == 0) {
            return Optional.of("empty: was the download broken off?");
        }
        if (text.startsWith("version https://git-lfs")) {
            return Optional.of(
                    "a Git LFS pointer in place of the weights: run `git lfs pull` or download the file itself");
        }
        if (text.startsWith("PK")) {
            return Optional.of("a zip archive, most likely a PyTorch pickle" + PICKLE);
        }
        if (start[0] == (byte) 0x80 && start.length > 1 && start[1] >= 0 && start[1] <= 5) {
            return Optional.of("a pickle" + PICKLE);
        }
        if (trimmed.startsWith("<")) {
            return Optional.of("a web page (HTML), most likely an error or login page saved in place of the file");
        }
        return other(text, trimmed);
    }

    private static Optional<String> other(String text, String trimmed) {
        if (text.startsWith("GGUF")) {
            return Optional.of("a GGUF file, which is not read: use the model's .safetensors files");
        }
        if (text.startsWith("\u0089HDF")) {
            return Optional.of("an HDF5 file (TensorFlow), which is not read: use the model's .safetensors files");
        }
        if (trimmed.startsWith("{")) {
            return Optional.of("a JSON text, not a safetensors file");
        }
        return Optional.empty();
    }
}
