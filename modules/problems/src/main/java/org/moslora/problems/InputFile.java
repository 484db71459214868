package org.moslora.problems;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files of a user, and those that this program left where a user may have changed them. A device never ends and a pipe may never begin, so neither is read; and what is
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
     * A file's lines in UTF-8, however many there are.
     *
     * @throws InvalidInput when it is a pipe or a device
     * @throws IOException as {@link Files#readAllLines(Path)}
     */
    public static List<String> lines(Path file) throws IOException {
        mustBeFile(file);
        return Files.readAllLines(file);
    }

    /**
     * A file's bytes, one after the other.
     *
     * @throws InvalidInput when it is a pipe or a device
     * @throws IOException as {@link Files#newInputStream}
     */
    public static InputStream stream(Path file) throws IOException {
        mustBeFile(file);
        return Files.newInputStream(file);
    }

    /**
     * A file's text in UTF-8, letter by letter.
     *
     * @throws InvalidInput when it is a pipe or a device
     * @throws IOException as {@link Files#newBufferedReader(Path)}
     */
    public static BufferedReader reader(Path file) throws IOException {
        mustBeFile(file);
        return Files.newBufferedReader(file);
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
