package org.moslora.pictures;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/** Goes through the chunks of a PNG for its texts (PNG specification, 11.3.3): tEXt, zTXt and iTXt. */
final class PngTexts {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    /** No prompt is so long; more would only be an attempt to fill the memory. */
    private static final int LONGEST = 1 << 24;

    private final String where;
    private final DataInputStream in;

    PngTexts(String where, InputStream in) {
        this.where = where;
        this.in = new DataInputStream(in);
    }

    Optional<String> find(String keyword) throws IOException {
        if (!Arrays.equals(in.readNBytes(SIGNATURE.length), SIGNATURE)) {
            throw new InvalidInput(where, "is no PNG");
        }
        try {
            while (true) {
                int length = in.readInt();
                String kind = new String(in.readNBytes(4), StandardCharsets.ISO_8859_1);
                if (length < 0) {
                    throw new InvalidInput(where, "is a damaged PNG: a chunk has a negative length");
                } else if (kind.equals("IEND")) {
                    return Optional.empty();
                } else if (kind.endsWith("TXt") || kind.equals("tEXt")) {
                    String text = text(kind, checked(kind, length), keyword);
                    if (text != null) {
                        return Optional.of(text);
                    }
                } else {
                    in.skipNBytes(length + 4L);
                }
            }
        } catch (EOFException truncated) {
            throw new InvalidInput(where, "is a truncated PNG: it ends before its IEND chunk");
        }
    }

    private byte[] checked(String kind, int length) throws IOException {
        if (length > LONGEST) {
            throw new InvalidInput(where, String.format("has a text of %,d bytes, which is no prompt", length));
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException();
        }
        CRC32 sum = new CRC32();
        sum.update(kind.getBytes(StandardCharsets.ISO_8859_1));
        sum.update(body);
        if (in.readInt() != (int) sum.getValue()) {
            throw new InvalidInput(where, "is a damaged PNG: the checksum of its text does not fit");
        }
        return body;
    }

    /** The text of a chunk, or null if its keyword is another. */
    private @Nullable String text(String kind, byte[] body, String keyword) throws IOException {
        byte[] name = (keyword + '\0').getBytes(StandardCharsets.ISO_8859_1);
        if (body.length < name.length || !Arrays.equals(Arrays.copyOf(body, name.length), name)) {
            return null;
        }
        byte[] rest = Arrays.copyOfRange(body, name.length, body.length);
        return switch (kind) {
            case "tEXt" -> new String(rest, StandardCharsets.ISO_8859_1);
            case "zTXt" -> inflated(rest, 1, StandardCharsets.ISO_8859_1);
            case "iTXt" -> international(rest);
            default -> null;
        };
    }

    private String international(byte[] rest) throws IOException {
        int translated = zero(rest, 2) + 1; // after the compression's flag and method, and the language
        int from = zero(rest, translated) + 1;
        return rest[0] == 1
                ? inflated(rest, from, StandardCharsets.UTF_8)
                : new String(rest, from, rest.length - from, StandardCharsets.UTF_8);
    }

    private int zero(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        throw new InvalidInput(where, "is a damaged PNG: its text is cut off");
    }

    private String inflated(byte[] bytes, int from, Charset charset) throws IOException {
        if (from > bytes.length) {
            throw new InvalidInput(where, "is a damaged PNG: its text is cut off");
        }
        try (InputStream inflater =
                new InflaterInputStream(new ByteArrayInputStream(bytes, from, bytes.length - from))) {
            byte[] text = inflater.readNBytes(LONGEST + 1);
            if (text.length > LONGEST) {
                throw new InvalidInput(where, "has a text that unpacks to more than any prompt");
            }
            return new String(text, charset);
        } catch (java.util.zip.ZipException | EOFException damaged) {
            throw new InvalidInput(where, "is a damaged PNG: its text cannot be unpacked");
        }
    }
}
