package org.moslora.miniature.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.datasets.miniature.tokens.LanguageTokens;
import org.moslora.datasets.miniature.world.Accessory;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.datasets.miniature.world.Cell;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Pattern;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Style;
import org.moslora.datasets.miniature.world.Thing;
import org.moslora.datasets.miniature.world.ThingKind;
import org.moslora.datasets.miniature.world.ThingSize;
import org.moslora.datasets.miniature.world.Worn;

class PatchWordsTest {
    private static final int PATCHES = 36;

    private final LanguageTokens tokens = new LanguageTokens();

    @Test
    void aThingSaysAllOfItselfInEachOfItsPatches() {
        Thing dog = new Thing(
                ThingKind.DOG,
                Hue.BLUE,
                Pattern.STRIPES,
                ThingSize.SMALL,
                new Worn(Accessory.GLASSES, null),
                Cell.TOP_RIGHT);
        Thing cup = new Thing(ThingKind.CUP, Hue.RED, Pattern.PLAIN, ThingSize.BIG, null, Cell.MIDDLE);
        Scene scene = new Scene(Style.GRID, Background.SNOW, List.of(dog, cup), 0);
        long[] words = new PatchWords(tokens).of(List.of(scene, scene));
        // The last patch of the first row and of the second are the dog's.
        for (int patch : new int[] {5, 11, PATCHES + 5}) {
            assertThat(at(words, patch))
                    .containsExactly(ids("dog", "blue", "small", "glasses", "top", "right", "stripes"));
        }
        assertThat(at(words, 2 * 6 + 2)).containsExactly(ids("cup", "red", "big", null, "middle", null, null));
        assertThat(at(words, 0)).containsExactly(ids("snow", null, null, null, null, null, null));
    }

    private static long[] at(long[] words, int patch) {
        long[] one = new long[PatchWords.MOST];
        for (int i = 0; i < one.length; i++) {
            one[i] = words[i * 2 * PATCHES + patch];
        }
        return one;
    }

    private long[] ids(String... words) {
        long[] ids = new long[words.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = words[i] == null ? -1 : tokens.id(words[i]);
        }
        return ids;
    }
}
