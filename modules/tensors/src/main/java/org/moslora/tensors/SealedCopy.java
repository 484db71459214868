package org.moslora.tensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.moslora.problems.InputFile;

/**
 * A file that was made of another and can be made again, with a seal beside it, {@code NAME.seal}: the digest of what it was
 * made of, its size, and a checksum of its bytes. Only a file whose seal fits in all three is taken.
 *
 * @param file the copy
 * @param madeOf a digest of all that it follows from
 */
public record SealedCopy(Path file, String madeOf) {
    private static final long PIECE = 1L << 30;

    /** Seals the file as it lies there. */
    public void seal() {
        try {
            DurableFiles.writeString(sealFile(), text());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + " cannot be read", unreadable);
        }
    }

    /** What is wrong with the file that lies there, to be read behind its name; empty where it can be taken. */
    public Optional<String> wrong() {
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.of("is not there");
            }
            if (!Files.isRegularFile(sealFile())) {
                return Optional.of("was made by an earlier release, or by something else");
            }
            String sealed = Files.size(sealFile()) > text("").length() + 256 ? "" : InputFile.text(sealFile());
            if (!sealed.startsWith(madeOf)) {
                return Optional.of("was made of something else");
            }
            if (!sealed.startsWith(text(Files.size(file) + " "))) {
                return Optional.of("was cut off or changed");
            }
            return sealed.equals(text()) ? Optional.empty() : Optional.of("was changed");
        } catch (IOException unreadable) {
            return Optional.of("cannot be read");
        }
    }

    /** Where the seal lies. */
    public Path sealFile() {
        return file.resolveSibling(file.getFileName() + ".seal");
    }

    private String text() throws IOException {
        return text(Files.size(file) + " " + checksum()) + "\n";
    }

    private String text(String more) {
        return madeOf + " " + more;
    }

    private String checksum() throws IOException {
        CRC32C sum = new CRC32C();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            for (long at = 0; at < size; at += PIECE) {
                ByteBuffer piece = channel.map(FileChannel.MapMode.READ_ONLY, at, Math.min(PIECE, size - at));
                sum.update(piece);
            }
        }
        return Long.toHexString(sum.getValue());
    }
}
