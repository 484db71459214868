package org.moslora.miniature.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.miniature.tokens.CaptionTokens;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.examples.clip.ClipTokenizer;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;

/** What a vision step learns from: a function of seed, split and place alone. */
class SceneBatchesTest {
    private static final int SIDE = 24;

    @TempDir
    private static Path folder;

    private static ClipTokenizer tokens;
    private static Arena arena;

    @BeforeAll
    static void start() throws IOException {
        Engine.start(1);
        new CaptionTokens().write(folder);
        tokens = ClipTokenizer.open(folder);
        arena = Arena.open(Compute.cpu());
    }

    @AfterAll
    static void stop() {
        arena.close();
        tokens.close();
    }

    private static SceneBatches batches(long seed, Split split) {
        return new SceneBatches(seed, split, tokens, SIDE);
    }

    private static float[] pixels(SceneBatches.Batch batch, int which) {
        float[] all = batch.pixels().toFloatArray();
        int each = 3 * SIDE * SIDE;
        return Arrays.copyOfRange(all, which * each, (which + 1) * each);
    }

    /** [questions, scenes · rows] of one scene. */
    private static long[] answers(SceneBatches.Batch batch, int which) {
        long[] all = batch.answers().toLongArray();
        int scenes = batch.captions().size();
        long[] own = new long[PatchLabels.SIZES.size() * PatchLabels.ROWS];
        for (int question = 0; question < PatchLabels.SIZES.size(); question++) {
            int from = (question * scenes + which) * PatchLabels.ROWS;
            System.arraycopy(all, from, own, question * PatchLabels.ROWS, PatchLabels.ROWS);
        }
        return own;
    }

    @Test
    void aSceneIsTheSameInABatchOfAnotherSize() {
        SceneBatches.Batch six = batches(1, Split.TRAIN).batch(arena, 10, 6);
        SceneBatches.Batch two = batches(1, Split.TRAIN).batch(arena, 12, 2);
        for (int i = 0; i < 2; i++) {
            assertThat(pixels(two, i)).isEqualTo(pixels(six, 2 + i));
            assertThat(two.captions().get(i)).isEqualTo(six.captions().get(2 + i));
            assertThat(answers(two, i)).isEqualTo(answers(six, 2 + i));
        }
    }

    @Test
    void everyPlaceSplitAndSeedHasPicturesOfItsOwn() {
        Set<String> seen = new HashSet<>();
        int made = 0;
        for (Split split : Split.values()) {
            for (long seed = 1; seed < 3; seed++) {
                SceneBatches.Batch batch = batches(seed, split).batch(arena, 0, 8);
                for (int i = 0; i < 8; i++) {
                    seen.add(Arrays.toString(pixels(batch, i)));
                    made++;
                }
            }
        }
        assertThat(seen).hasSize(made);
    }

    /** Of a portrait the thing is in the middle; on a grid each thing fills four of the 36 patches. */
    @Test
    void portraitsAndGridsTakeTurns() {
        SceneBatches.Batch batch = batches(3, Split.TRAIN).batch(arena, 0, 12);
        for (int i = 0; i < 12; i++) {
            long[] kinds = Arrays.copyOfRange(answers(batch, i), 0, PatchLabels.ROWS);
            long named = Arrays.stream(kinds).filter(kind -> kind >= 0).count();
            if (i % 2 == 0) {
                assertThat(Arrays.stream(kinds).filter(kind -> kind >= 0).distinct())
                        .hasSize(1);
                assertThat(kinds[1 + 3 * PatchLabels.SIDE + 3]).isNotNegative();
            } else {
                assertThat(named).isIn(4L, 8L, 12L, 16L);
            }
        }
    }

    @Test
    void everyAnswerIsOneOfItsQuestion() {
        SceneBatches.Batch batch = batches(3, Split.TEST).batch(arena, 0, 16);
        for (int i = 0; i < 16; i++) {
            long[] own = answers(batch, i);
            for (int row = 0; row < own.length; row++) {
                assertThat(own[row]).isBetween(-1L, PatchLabels.SIZES.get(row / PatchLabels.ROWS) - 1L);
            }
        }
    }

    @Test
    void everyCaptionBeginsAndEndsAndFits() {
        CaptionTokens caption = new CaptionTokens();
        List<int[]> captions = batches(5, Split.TRAIN).batch(arena, 0, 32).captions();
        assertThat(captions).allSatisfy(ids -> {
            assertThat(ids)
                    .hasSize(CaptionTokens.LENGTH)
                    .startsWith(caption.begin())
                    .endsWith(caption.end());
            assertThat(ids[2]).isNotEqualTo(caption.end());
        });
    }
}
