package org.moslora.miniature.words;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.miniature.tokens.LanguageTokens;
import org.moslora.datasets.miniature.world.Pattern;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Thing;

/** The words for what is in each patch of scenes on a grid: those of the thing there, or that of the background. */
final class PatchWords {
    /** The most words that a patch has. */
    static final int MOST = 7;

    private static final int SIDE = 6;
    private static final int PATCHES = SIDE * SIDE;

    private final LanguageTokens tokens;

    PatchWords(LanguageTokens tokens) {
        this.tokens = tokens;
    }

    /** [words, scenes · patches], −1 where a patch has fewer. */
    long[] of(List<Scene> scenes) {
        long[][] words = new long[MOST][scenes.size() * PATCHES];
        for (long[] row : words) {
            Arrays.fill(row, -1);
        }
        for (int i = 0; i < scenes.size(); i++) {
            for (int patch = 0; patch < PATCHES; patch++) {
                add(words, i * PATCHES + patch, scenes.get(i), patch % SIDE, patch / SIDE);
            }
        }
        return Arrays.stream(words).flatMapToLong(Arrays::stream).toArray();
    }

    private void add(long[][] words, int at, Scene scene, int x, int y) {
        for (Thing thing : scene.things()) {
            if (thing.cell().holds(x, y, SIDE)) {
                put(words, 0, at, thing.kind().word());
                put(words, 1, at, thing.hue().word());
                put(words, 2, at, thing.size().word());
                put(
                        words,
                        3,
                        at,
                        thing.worn() == null ? null : thing.worn().accessory().word());
                String[] place = thing.cell().word().split(" ");
                put(words, 4, at, place[0]);
                put(words, 5, at, place.length > 1 ? place[1] : null);
                put(
                        words,
                        6,
                        at,
                        thing.pattern() == Pattern.PLAIN
                                ? null
                                : thing.pattern().word());
                return;
            }
        }
        put(words, 0, at, scene.background().word());
    }

    private void put(long[][] words, int which, int at, @Nullable String word) {
        if (word != null) {
            words[which][at] = tokens.id(word);
        }
    }
}
