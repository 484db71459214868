package org.moslora.app.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** A compressed archive of files, whose bytes depend on nothing but theirs. */
final class TarGz implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int PREFIX = 155;
    private static final int CHECKSUM = 148;

    private final OutputStream out;
    private final long seconds;

    /** @param seconds when every file was last changed, as the archive says */
    TarGz(Path file, long seconds) throws IOException {
        this.out = new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
        this.seconds = seconds;
    }

    void add(String name, byte[] bytes, boolean executable) throws IOException {
        byte[] head = new byte[BLOCK];
        int cut = name.length() <= NAME ? -1 : name.lastIndexOf('/', PREFIX);
        put(head, 0, NAME, name.substring(cut + 1));
        put(head, 100, 8, executable ? "0000755" : "0000644");
        put(head, 108, 8, "0000000");
        put(head, 116, 8, "0000000");
        put(head, 124, 12, String.format("%011o", bytes.length));
        put(head, 136, 12, String.format("%011o", seconds));
        Arrays.fill(head, CHECKSUM, CHECKSUM + 8, (byte) ' ');
        head[156] = '0';
        put(head, 257, 6, "ustar");
        put(head, 263, 2, "00");
        put(head, 345, PREFIX, cut < 0 ? "" : name.substring(0, cut));
        int sum = 0;
        for (byte each : head) {
            sum += each & 0xff;
        }
        put(head, CHECKSUM, 8, String.format("%06o\0 ", sum));
        out.write(head);
        out.write(bytes);
        out.write(new byte[(BLOCK - bytes.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] head, int at, int room, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, head, at, Math.min(room, bytes.length));
    }

    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.close();
    }
}
