package org.moslora.tensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.SortedMap;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Reads and checks the header of a safetensors file: its length, its JSON, and where it puts the data. */
final class SafetensorsHeaderReader {
    /** Bytes of the header's length, a little-endian 64-bit integer at the start of the file. */
    static final int PREFIX = 8;

    /** The limit of the reference implementation, in bytes. */
    static final long LONGEST = 100_000_000;

    private SafetensorsHeaderReader() {}

    static SafetensorsHeader read(String where, FileChannel channel) throws IOException {
        long size = channel.size();
        byte[] start = bytes(where, channel, 0, (int) Math.min(size, KnownContent.SIGN));
        int length = length(where, start, size);
        HeaderJson json = new HeaderJson(where);
        Problems problems = new Problems();
        byte[] text = bytes(where, channel, PREFIX, length);
        problems.collect(() -> json.read(text));
        problems.collect(json::throwIfAny);
        problems.throwIfAny();
        SortedMap<String, Placed> tensors = json.tensors();
        long dataStart = PREFIX + (long) length;
        DataLayout.check(where, tensors.values(), size - dataStart);
        return new SafetensorsHeader(tensors, json.metadata(), dataStart);
    }

    private static int length(String where, byte[] start, long size) {
        if (size < PREFIX) {
            throw notSafetensors(where, start, "has " + size + " bytes, fewer than the 8 that every file starts with");
        }
        long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > LONGEST) {
            throw notSafetensors(
                    where,
                    start,
                    "says that its header has " + Long.toUnsignedString(length)
                            + " bytes, more than the 100000000 allowed");
        }
        if (start.length > PREFIX && start[PREFIX] != '{') {
            throw notSafetensors(where, start, "has a header that does not begin with {");
        }
        if (length > size - PREFIX) {
            throw new InvalidInput(
                    where,
                    "is truncated: the header alone should have " + length + " bytes, but only " + (size - PREFIX)
                            + " follow its length");
        }
        if (length == 0) {
            throw notSafetensors(where, start, "has an empty header");
        }
        return (int) length;
    }

    private static InvalidInput notSafetensors(String where, byte[] start, String otherwise) {
        return new InvalidInput(
                where,
                KnownContent.of(start)
                        .map(content -> "is " + content)
                        .orElse("is not a safetensors file: it " + otherwise));
    }

    private static byte[] bytes(String where, FileChannel channel, long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new InvalidInput(where, "was cut while it was read");
            }
        }
        return buffer.array();
    }
}
