package org.moslora.examples.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;
import java.util.Optional;

/**
 * SentencePiece's table of replacements, as tokenizers of T5 carry it: a trie over the bytes of what is replaced, in a
 * double array, and the replacements, each ended by a zero. The library follows it without looking where it leads, so
 * every step that a text can take is taken here first.
 */
final class PrecompiledTable {
    private static final int BYTES = 256;

    private final int[] units;
    private final byte[] replacements;

    private PrecompiledTable(int[] units, byte[] replacements) {
        this.units = units;
        this.replacements = replacements;
    }

    /** What is wrong with a table; empty if nothing is. */
    static Optional<String> fault(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException odd) {
            return Optional.of("is no base64");
        }
        ByteBuffer table = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int size = bytes.length < Integer.BYTES ? -1 : table.getInt();
        if (size < Integer.BYTES || size % Integer.BYTES != 0 || size > table.remaining()) {
            return Optional.of("is cut off, or gives its trie a size that it does not have");
        }
        int[] units = new int[size / Integer.BYTES];
        table.asIntBuffer().get(units);
        byte[] rest = new byte[table.remaining() - size];
        table.position(Integer.BYTES + size).get(rest);
        return new PrecompiledTable(units, rest).fault();
    }

    private Optional<String> fault() {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
        } catch (CharacterCodingException broken) {
            return Optional.of("has replacements that are no UTF-8");
        }
        BitSet seen = new BitSet(units.length);
        Deque<Integer> open = new ArrayDeque<>();
        open.add(offset(units[0]));
        while (!open.isEmpty()) {
            int from = open.remove();
            for (int step = 1; step < BYTES; step++) {
                int at = from ^ step;
                if (!isInside(at)) {
                    return Optional.of("leads out of itself");
                }
                if (label(units[at]) == step) {
                    int to = at ^ offset(units[at]);
                    if (hasLeaf(units[at]) && (!isInside(to) || !isReplacement(units[to] & Integer.MAX_VALUE))) {
                        return Optional.of("names a replacement that it does not have");
                    }
                    if (!seen.get(at)) {
                        seen.set(at);
                        open.add(to);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean isInside(int at) {
        return at >= 0 && at < units.length;
    }

    /** Whether a replacement can begin there: not inside a character. */
    private boolean isReplacement(int at) {
        return at == replacements.length || (at < replacements.length && (replacements[at] & 0xC0) != 0x80);
    }

    private static boolean hasLeaf(int unit) {
        return ((unit >>> 8) & 1) == 1;
    }

    /** The byte that leads to a unit; of units that hold a replacement it is none. */
    private static int label(int unit) {
        return unit & ((1 << 31) | 0xFF);
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
    }
}
