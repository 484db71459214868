package org.moslora.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines that a file has gained since it was looked at before, such as the log of a run that another process writes.
 * Where the file was cut or another one came to its place, it is read from its beginning. A last line without its end waits
 * for it, and one that is longer than any that a run writes is passed over.
 */
public final class AddedLines {
    private static final int LONGEST = 1 << 20;

    private final Path file;
    private @Nullable Object known;
    /** How many bytes were read, whole lines all. */
    private long position;

    private boolean passing;

    /** The lines of a file, which need not be there yet. */
    public AddedLines(Path file) {
        this.file = file;
    }

    /** Hears lines. */
    public interface Reader {
        /** What was heard before counts no more. */
        void anew();

        /**
         * A line.
         *
         * @param bytes where it stands, without its end
         * @param from its first byte there
         * @param to behind its last one
         * @param offset of its first byte in the file
         */
        void line(byte[] bytes, int from, int to, long offset);
    }

    /** Tells of what has come. */
    public void read(Reader reader) throws IOException {
        try {
            // Before the file is opened: one that comes to its place meanwhile is noticed the next time, at the latest.
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            try (SeekableByteChannel channel = Files.newByteChannel(file)) {
                if (!Objects.equals(key, known) || channel.size() < position) {
                    begin(key, reader);
                }
                added(channel, reader);
            }
        } catch (NoSuchFileException gone) {
            begin(null, reader);
        }
    }

    private void begin(@Nullable Object key, Reader reader) {
        known = key;
        passing = false;
        if (position > 0) {
            position = 0;
            reader.anew();
        }
    }

    private void added(SeekableByteChannel channel, Reader reader) throws IOException {
        byte[] bytes = new byte[(int) Math.min(LONGEST, channel.size() - position)];
        int whole = 1;
        while (whole > 0) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            channel.position(position);
            for (int read = 0; buffer.hasRemaining() && read >= 0; ) {
                read = channel.read(buffer);
            }
            whole = lines(bytes, buffer.position(), reader);
            if (whole == 0 && buffer.position() == LONGEST) {
                passing = true;
                whole = LONGEST;
            }
            position += whole;
        }
    }

    /** How many of the bytes are whole lines. */
    private int lines(byte[] bytes, int size, Reader reader) {
        int from = 0;
        for (int i = 0; i < size; i++) {
            if (bytes[i] == '\n') {
                if (!passing) {
                    reader.line(bytes, from, i, position + from);
                }
                passing = false;
                from = i + 1;
            }
        }
        return from;
    }
}
