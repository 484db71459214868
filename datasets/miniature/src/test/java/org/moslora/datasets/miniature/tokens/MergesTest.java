package org.moslora.datasets.miniature.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.moslora.datasets.miniature.language.WorldVocabulary;

/** Byte-pair encoding as Sennrich et al. 2016 give it, until nothing is left to merge. */
class MergesTest {
    private static List<List<String>> words(String... words) {
        List<List<String>> all = new ArrayList<>();
        Stream.of(words).map(Merges::letters).forEach(all::add);
        return all;
    }

    /** By hand: "t h" is there three times, then "a t" and "th e" and "i s" once each, in the order of the alphabet. */
    @Test
    void theCommonestNeighboursAreMergedFirst() {
        assertThat(Merges.untilWhole(words("the", "that", "this")))
                .containsExactly("t h", "a t</w>", "i s</w>", "th at</w>", "th e</w>", "th is</w>");
    }

    @Test
    void aPairThatOverlapsItselfIsMergedFromTheLeft() {
        assertThat(Merges.untilWhole(words("aaaa"))).containsExactly("a a", "a a</w>", "aa aa</w>");
    }

    @Test
    void aLetterAloneNeedsNothing() {
        assertThat(Merges.untilWhole(words("a", "b", "a"))).isEmpty();
    }

    /** What a reader of merges.txt does: the first rule of the list that fits, again and again. */
    @Test
    void whoeverFollowsTheRulesComesToWholeWords() {
        List<String> words = WorldVocabulary.ofCaptions();
        List<String> rules = Merges.untilWhole(words(words.toArray(String[]::new)));
        assertThat(rules).doesNotHaveDuplicates();
        for (String word : words) {
            assertThat(followed(Merges.letters(word), rules)).containsExactly(word + Merges.WORD_END);
        }
    }

    private static List<String> followed(List<String> pieces, List<String> rules) {
        while (true) {
            int best = Integer.MAX_VALUE;
            int at = -1;
            for (int i = 0; i + 1 < pieces.size(); i++) {
                int rank = rules.indexOf(pieces.get(i) + " " + pieces.get(i + 1));
                if (rank >= 0 && rank < best) {
                    best = rank;
                    at = i;
                }
            }
            if (at < 0) {
                return pieces;
            }
            pieces.set(at, pieces.get(at) + pieces.remove(at + 1));
        }
    }
}
