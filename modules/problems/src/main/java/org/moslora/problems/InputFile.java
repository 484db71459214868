package org.moslora.problems;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files of a user that are read as a whole. A device never ends and a pipe may never begin, so neither is read; and what is
 * larger than such a file can sensibly be is said to be so instead of filling the memory.
 */
public final class InputFile {
    /** The largest tokenizers take some 35 MB, the largest configs far less. */
    public static final long MOST_BYTES = 256L << 20;

    private InputFile() {}

    /**
     * A file's text in UTF-8.
     *
     * @throws InvalidInput when it is a pipe or a device, or too large
     * @throws IOException as {@link Files#readString(Path)}
     */
    public static String text(Path file) throws IOException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes(file)))
                .toString();
    }

    /**
     * A file's bytes.
     *
     * @throws InvalidInput when it is a pipe or a device, or too large
     * @throws IOException as {@link Files#readAllBytes(Path)}
     */
    public static byte[] bytes(Path file) throws IOException {
        mustBeFile(file);
        if (Files.size(file) > MOST_BYTES) {
            throw new InvalidInput(
                    file.toString(), "is larger than " + (MOST_BYTES >> 20) + " MiB; is it the file that was meant?");
        }
        return Files.readAllBytes(file);
    }

    /**
     * Makes sure that something can be read as a file; that it is there is left to whoever opens it.
     *
     * @throws InvalidInput when it is a pipe or a device
     */
    public static void mustBeFile(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            throw new InvalidInput(
                    file.toString(),
                    "is a pipe or a device, which may never end; write what it gives into a file first");
        }
    }
}
