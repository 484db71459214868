package org.moslora.training.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.moslora.problems.InputFile;
import org.moslora.tensors.DurableFiles;

/**
 * A file of TensorBoard's: records, each a length and its checksum, an {@code Event}, and the checksum of that. What a run
 * has written after the checkpoint that it goes on from is cut off, as from its metrics.
 */
final class EventFile implements AutoCloseable {
    private static final String PREFIX = "events.out.tfevents.";
    private static final String VERSION = "brain.Event:2";
    private static final int HEAD = Long.BYTES + Integer.BYTES;
    private static final int MASK = 0xa282ead8;

    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;

    private final FileChannel channel;

    private EventFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens a run's file, or begins one.
     *
     * @param after the last step that stays of what is there
     */
    static EventFile open(Path folder, long after) {
        try {
            Path file = folder.resolve(existing(folder));
            byte[] kept = Files.exists(file) ? kept(InputFile.bytes(file), after) : new byte[0];
            DurableFiles.writeBytes(file, kept);
            EventFile opened = new EventFile(FileChannel.open(file, StandardOpenOption.APPEND));
            if (kept.length == 0) {
                opened.record(event(0).text(FILE_VERSION, VERSION));
            }
            return opened;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String existing(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith(PREFIX) && !DurableFiles.isPassing(name))
                    .sorted()
                    .findFirst()
                    .orElseGet(() -> String.format(
                            Locale.ROOT,
                            "%s%010d.moslora.%d",
                            PREFIX,
                            System.currentTimeMillis() / 1000,
                            ProcessHandle.current().pid()));
        }
    }

    /** Whole records up to a step. */
    private static byte[] kept(byte[] all, long after) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.remaining() >= HEAD) {
            int from = buffer.position();
            long length = buffer.getLong();
            long end = from + HEAD + length + Integer.BYTES;
            if (length < 0 || end > all.length) {
                break; // a kill left half of it
            }
            if (step(all, from + HEAD, (int) length) <= after) {
                kept.write(all, from, (int) (end - from));
            }
            buffer.position((int) end);
        }
        return kept.toByteArray();
    }

    /** The step that an event of ours says, which stands behind its wall time. */
    private static long step(byte[] all, int from, int length) {
        int at = from + 1 + Double.BYTES;
        if (length <= at - from || all[at] != STEP << 3) {
            return 0;
        }
        long step = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = all[++at];
            step |= (next & 0x7fL) << shift;
            if (next >= 0) {
                break;
            }
        }
        return step;
    }

    /** Adds what is to be seen at a step. */
    void add(long step, List<Wire> values) {
        Wire summary = new Wire();
        values.forEach(value -> summary.message(1, value));
        record(event(step).message(SUMMARY, summary));
    }

    private static Wire event(long step) {
        return new Wire().real(WALL_TIME, System.currentTimeMillis() / 1e3).number(STEP, step);
    }

    private void record(Wire event) {
        byte[] bytes = event.toBytes();
        ByteBuffer record =
                ByteBuffer.allocate(HEAD + bytes.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(bytes.length);
        record.putInt(checksum(record.array(), Long.BYTES));
        record.put(bytes).putInt(checksum(bytes, bytes.length)).flip();
        try {
            while (record.hasRemaining()) {
                channel.write(record);
            }
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    /** Of the first bytes, turned and shifted so that checksums of checksums stay good ones. */
    private static int checksum(byte[] bytes, int count) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, count);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
