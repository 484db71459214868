package org.moslora.tensors;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.moslora.problems.InputFile;

/** Digests of files of any size. */
public final class Digests {
    private static final int BLOCK = 1 << 20;

    private Digests() {}

    /**
     * SHA-256 of a file's bytes as 64 lower-case hexadecimal digits.
     *
     * @throws UncheckedIOException if the file cannot be read
     */
    public static String sha256(Path file) {
        MessageDigest digest = sha256();
        byte[] block = new byte[BLOCK];
        try (InputStream bytes = InputFile.stream(file)) {
            for (int read = bytes.read(block); read >= 0; read = bytes.read(block)) {
                digest.update(block, 0, read);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(file + " cannot be read", failure);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * SHA-256 of a file's first mebibyte, or of all of a shorter one, as {@link #sha256(Path)}.
     *
     * @throws UncheckedIOException if the file cannot be read
     */
    public static String sha256OfBeginning(Path file) {
        MessageDigest digest = sha256();
        try (InputStream bytes = InputFile.stream(file)) {
            digest.update(bytes.readNBytes(BLOCK));
        } catch (IOException failure) {
            throw new UncheckedIOException(file + " cannot be read", failure);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** SHA-256 of a text's UTF-8, as {@link #sha256(Path)}. */
    public static String sha256OfText(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A line for each file: what it is called in a folder, and its digest. */
    public static String sha256OfEach(Path folder, List<Path> files) {
        StringBuilder lines = new StringBuilder();
        files.forEach(file ->
                lines.append('\n').append(folder.relativize(file)).append(' ').append(sha256(file)));
        return lines.toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
