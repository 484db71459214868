package org.moslora.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers piece by piece, cut by the model wherever it likes: nothing is shown that has to be taken back. */
final class ShownTextTest {
    private final List<String> pieces = new ArrayList<>();

    /** Shows a text byte by byte as a tokenizer of bytes does, so many at a time; whether a stop ended it. */
    private boolean shown(String text, List<String> stops, int... cuts) {
        pieces.clear();
        ShownText shown = new ShownText(stops, pieces::add);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            for (int cut : cuts) {
                shown.show(new String(bytes, 0, cut, StandardCharsets.UTF_8));
            }
            shown.show(text);
            shown.end(text);
            assertThat(shown.text()).isEqualTo(String.join("", pieces));
            return false;
        } catch (ShownText.Ended ended) {
            assertThat(shown.text()).isEqualTo(String.join("", pieces));
            return true;
        }
    }

    private String whole() {
        return String.join("", pieces);
    }

    private static int[] everyByte(String text) {
        int[] cuts = new int[text.getBytes(StandardCharsets.UTF_8).length];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i + 1;
        }
        return cuts;
    }

    @Test
    void halfALetterWaitsForItsOtherHalf() {
        String text = "é猫😀a";
        assertThat(shown(text, List.of(), everyByte(text))).isFalse();
        assertThat(pieces.stream().filter(piece -> !piece.isEmpty())).containsExactly("é", "猫", "😀", "a");
    }

    /** A model may come to bytes that are no letter, and end there. */
    @Test
    void whatNeverBecomesALetterIsShownAtTheEnd() {
        assertThat(shown("ab\uFFFD", List.of(), 1, 2)).isFalse();
        assertThat(whole()).isEqualTo("ab\uFFFD");
        assertThat(shown("a\uFFFDb", List.of(), 1, 4)).isFalse();
        assertThat(whole()).isEqualTo("a\uFFFDb");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the end. | nd | the e",
                "the end. | end | the",
                "the end. | . | the end",
                "aaab | aab | a",
                "abcabd | abd | abc",
                "one two | two;one | ''",
                "one two | wo;two | one",
                "猫😀x | 😀 | 猫",
                "line\\nUser: more | \\nUser: | line"
            })
    void anAnswerEndsBeforeTheFirstTextToStopAt(String given, String stops, String expected) {
        String text = given.replace("\\n", "\n");
        List<String> all = List.of(stops.replace("\\n", "\n").split(";"));
        assertThat(shown(text, all, everyByte(text))).isTrue();
        assertThat(whole().strip()).isEqualTo(expected);
        assertThat(shown(text, all)).as("also where all comes at once").isTrue();
        assertThat(whole().strip()).isEqualTo(expected);
    }

    @Test
    void whatOnlyBeganLikeATextToStopAtIsShown() {
        String text = "User asks";
        assertThat(shown(text, List.of("User:", "asking"), everyByte(text))).isFalse();
        assertThat(whole()).isEqualTo(text);
        assertThat(pieces.get(0)).as("it could still have become one").isEmpty();
    }

    /** Texts by chance of few letters, in chance pieces, against the plain rule: cut at the first stop. */
    @Test
    void piecesTogetherAreTheTextUpToItsFirstStop() {
        Random random = new Random(6);
        String[] letters = {"a", "b", "é", "😀", "\n"};
        for (int round = 0; round < 3000; round++) {
            String text = text(random, letters, random.nextInt(12));
            List<String> stops = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                stops.add(text(random, letters, 1 + random.nextInt(3)));
            }
            int at = stops.stream()
                    .mapToInt(text::indexOf)
                    .filter(i -> i >= 0)
                    .min()
                    .orElse(text.length());
            boolean ended = shown(text, stops, cuts(random, text));
            assertThat(whole()).as("%s stopped at %s", text, stops).isEqualTo(text.substring(0, at));
            assertThat(ended).isEqualTo(stops.stream().anyMatch(text::contains));
            assertThat(pieces).noneMatch(piece -> piece.contains("\uFFFD"));
        }
    }

    private static String text(Random random, String[] letters, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(letters[random.nextInt(letters.length)]);
        }
        return text.toString();
    }

    private static int[] cuts(Random random, String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return random.ints(random.nextInt(6), 0, length + 1).sorted().toArray();
    }
}
