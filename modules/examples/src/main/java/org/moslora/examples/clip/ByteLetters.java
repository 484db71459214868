package org.moslora.examples.clip;

import java.nio.charset.StandardCharsets;

/** The printable letter that stands for each byte in a byte-level vocabulary, as GPT-2 chose them. */
final class ByteLetters {
    private static final char[] LETTERS = letters();

    private ByteLetters() {}

    /** One letter for each UTF-8 byte of a word. */
    static String of(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        StringBuilder letters = new StringBuilder(bytes.length);
        for (byte each : bytes) {
            letters.append(LETTERS[each & 0xff]);
        }
        return letters.toString();
    }

    private static char[] letters() {
        char[] letters = new char[256];
        char next = 256;
        for (int value = 0; value < 256; value++) {
            boolean printable = (value >= '!' && value <= '~') || (value >= 0xa1 && value != 0xad);
            letters[value] = printable ? (char) value : next++;
        }
        return letters;
    }
}
