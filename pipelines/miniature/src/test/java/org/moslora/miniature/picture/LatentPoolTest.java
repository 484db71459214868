package org.moslora.miniature.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.miniature.paint.Frame;
import org.moslora.datasets.miniature.paint.ScenePainter;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Workers;
import org.moslora.miniature.blank.BlankDiffusion;

/** Scenes that are encoded once and drawn again and again: the same however many encode them, weighed around the thing. */
class LatentPoolTest {
    private static final int SIDE = 32;
    private static final int SMALL = SIDE / 4;
    private static final int COUNT = 5;

    @TempDir
    private static Path folder;

    private final Scenes scenes = LatentPool.scenes(2, Split.TRAIN);

    @BeforeAll
    static void start() throws IOException {
        Engine.start(1);
        BlankDiffusion.write(folder, 1);
    }

    private LatentPool<String> pool(int workers, int count) {
        try (StableDiffusion files = StableDiffusion.open(folder);
                Workers some = new Workers(workers)) {
            return LatentPool.fill(files, text -> text, some, scenes, count, SIDE, true);
        }
    }

    private static LatentPool.Drawn<String> draw(LatentPool<String> pool, Arena arena, int count, double empty) {
        return pool.draw(arena, new SplittableRandom(11), count, empty, 3);
    }

    @Test
    void whatIsDrawnDoesNotDependOnHowManyEncoded() {
        try (Arena arena = Arena.open(Compute.cpu())) {
            LatentPool.Drawn<String> alone = draw(pool(1, COUNT), arena, 9, 0.4);
            LatentPool.Drawn<String> shared = draw(pool(3, COUNT), arena, 9, 0.4);
            assertThat(shared.latents().toFloatArray())
                    .isEqualTo(alone.latents().toFloatArray());
            assertThat(shared.weights().toFloatArray())
                    .isEqualTo(alone.weights().toFloatArray());
            assertThat(shared.captions()).isEqualTo(alone.captions());
        }
    }

    @Test
    void everySceneIsDrawnAndNoOther() {
        LatentPool<String> pool = pool(1, COUNT);
        Set<String> latents = new HashSet<>();
        Set<String> captions = new HashSet<>();
        try (Arena arena = Arena.open(Compute.cpu())) {
            LatentPool.Drawn<String> drawn = draw(pool, arena, 60, 0);
            float[] all = drawn.latents().toFloatArray();
            int each = all.length / 60;
            for (int i = 0; i < 60; i++) {
                latents.add(Arrays.toString(Arrays.copyOfRange(all, i * each, (i + 1) * each)));
                captions.add(drawn.captions().get(i));
            }
            assertThat(drawn.latents().getShape().getShape()).containsExactly(60, 4, SMALL, SMALL);
        }
        assertThat(pool.shape()).containsExactly(4, SMALL, SMALL);
        assertThat(latents).hasSize(COUNT);
        assertThat(captions).hasSizeBetween(2, COUNT).noneMatch(String::isEmpty);
    }

    @Test
    void asManyCaptionsAreEmptyAsOneAsksFor() {
        LatentPool<String> pool = pool(1, 1);
        List<Long> counts = new ArrayList<>();
        try (Arena arena = Arena.open(Compute.cpu())) {
            for (double share : new double[] {0, 0.25, 1}) {
                counts.add(draw(pool, arena, 400, share).captions().stream()
                        .filter(String::isEmpty)
                        .count());
            }
        }
        assertThat(counts.get(0)).isZero();
        assertThat(counts.get(1)).isBetween(75L, 125L);
        assertThat(counts.get(2)).isEqualTo(400);
    }

    /** A place weighs more where its middle is in the frame of the thing. */
    @Test
    void placesAroundTheThingWeighMore() {
        Frame frame = new ScenePainter(SIDE).frame(scenes.portrait(0));
        try (Arena arena = Arena.open(Compute.cpu())) {
            float[] weights = draw(pool(1, 1), arena, 1, 0).weights().toFloatArray();
            assertThat(weights).hasSize(SMALL * SMALL).containsOnly(1, 3);
            int columns = 0;
            for (int x = 0; x < SMALL; x++) {
                columns += weights[(SMALL - 2) * SMALL + x] == 3 ? 1 : 0;
            }
            assertThat(columns).isEqualTo((int) Math.round((frame.right() - frame.left()) * SMALL));
            assertThat(weights[0]).as("the corner of the sky").isEqualTo(1);
        }
    }
}
