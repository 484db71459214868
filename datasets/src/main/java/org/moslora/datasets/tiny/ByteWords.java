package org.moslora.datasets.tiny;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Words as GPT-2 cuts and spells them: runs of letters with the space before them, a printable letter for each byte. */
final class ByteWords {
    private static final Pattern WORD =
            Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    private ByteWords() {}

    /** The letters of bytes 0 to 255. */
    static List<String> letters() {
        List<String> letters = new ArrayList<>();
        for (int value = 0, extra = 256; value < 256; value++) {
            boolean printable = (value >= 33 && value <= 126) || (value >= 161 && value <= 172) || value >= 174;
            letters.add(Character.toString(printable ? value : extra++));
        }
        return letters;
    }

    /** The different words of some texts, each as a list of its letters that merging shortens. */
    static List<List<String>> of(List<String> texts) {
        List<String> letters = letters();
        Set<String> seen = new LinkedHashSet<>();
        for (String text : texts) {
            Matcher matcher = WORD.matcher(text);
            while (matcher.find()) {
                seen.add(matcher.group());
            }
        }
        List<List<String>> words = new ArrayList<>();
        for (String word : seen) {
            List<String> spelt = new ArrayList<>();
            for (byte value : word.getBytes(StandardCharsets.UTF_8)) {
                spelt.add(letters.get(value & 0xff));
            }
            words.add(spelt);
        }
        return words;
    }

    /** The neighbours that come up most often, the first by alphabet of several; null when every word is one piece. */
    static @Nullable String commonest(List<List<String>> words) {
        Map<String, Integer> counts = new TreeMap<>();
        for (List<String> word : words) {
            for (int i = 0; i + 1 < word.size(); i++) {
                counts.merge(word.get(i) + " " + word.get(i + 1), 1, Integer::sum);
            }
        }
        String best = null;
        int most = 0;
        for (Map.Entry<String, Integer> pair : counts.entrySet()) {
            if (pair.getValue() > most) {
                best = pair.getKey();
                most = pair.getValue();
            }
        }
        return best;
    }

    /** Joins two pieces wherever they stand side by side. */
    static void merge(List<String> word, String left, String right) {
        for (int i = 0; i + 1 < word.size(); i++) {
            if (word.get(i).equals(left) && word.get(i + 1).equals(right)) {
                word.set(i, left + right);
                word.remove(i + 1);
            }
        }
    }
}
