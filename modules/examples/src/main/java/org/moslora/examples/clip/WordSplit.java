package org.moslora.examples.clip;

import java.text.Normalizer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text to words: composed, single spaces, lower case, then split where CLIP splits. */
final class WordSplit {
    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WORD = Pattern.compile(
            "<\\|(startoftext|endoftext)\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
            Pattern.UNICODE_CHARACTER_CLASS);
    private static final int DOTTED_CAPITAL_I = 0x130;

    private WordSplit() {}

    static String normalized(String text) {
        String spaced =
                SPACE.matcher(Normalizer.normalize(text, Normalizer.Form.NFC)).replaceAll(" ");
        StringBuilder lower = new StringBuilder(spaced.length());
        // Letter by letter: whole strings would make the last sigma of a Greek word another letter.
        spaced.codePoints().forEach(point -> {
            lower.appendCodePoint(Character.toLowerCase(point));
            if (point == DOTTED_CAPITAL_I) {
                lower.append('\u0307');
            }
        });
        return lower.toString();
    }

    static void words(String normalized, Consumer<String> word) {
        Matcher matcher = WORD.matcher(normalized);
        while (matcher.find()) {
            String mark = matcher.group(1);
            if (mark == null) {
                word.accept(matcher.group());
            } else { // a mark that is not taken as one is split again, as any text in brackets
                word.accept("<|");
                word.accept(mark);
                word.accept("|>");
            }
        }
    }
}
