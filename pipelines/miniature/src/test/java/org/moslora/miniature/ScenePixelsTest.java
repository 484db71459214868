package org.moslora.miniature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;

/** Painted pictures as numbers: channel by channel, row by row, in the order in which scenes were given. */
class ScenePixelsTest {
    private static final int SIDE = 24;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    @Test
    void aPictureIsThreePlanesOfRowsFromBlackToWhite() {
        BufferedImage picture = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(0, 0, 0xff0000);
        picture.setRGB(1, 0, 0x00ff00);
        picture.setRGB(0, 1, 0x0000ff);
        picture.setRGB(1, 1, 0x33669a);
        float[] wanted = {1, -1, -1, -0.6f, -1, 1, -1, -0.2f, -1, -1, 1, 0.20784314f};
        assertThat(ScenePixels.of(picture, -1, 1)).containsExactly(wanted, within(1e-6f));
    }

    @Test
    void blackAndWhiteAreWhereOneWantsThem() {
        BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        assertThat(ScenePixels.of(picture, -3, 7)).containsOnly(-3);
        picture.setRGB(0, 0, 0xffffff);
        assertThat(ScenePixels.of(picture, -3, 7)).containsOnly(7);
    }

    @Test
    void picturesLieSideBySide() {
        try (Arena arena = Arena.open(Compute.cpu())) {
            List<float[]> two = new ArrayList<>();
            two.add(ramp(0));
            two.add(ramp(100));
            assertThat(ScenePixels.batch(arena, two).getShape().getShape()).containsExactly(2, 3, 2, 2);
            float[] flat = ScenePixels.batch(arena, two, 12).toFloatArray();
            assertThat(flat[11]).isEqualTo(11);
            assertThat(flat[12]).isEqualTo(100);
        }
    }

    private static float[] ramp(int first) {
        float[] values = new float[12];
        for (int i = 0; i < values.length; i++) {
            values[i] = first + i;
        }
        return values;
    }

    /** They are painted on several threads. */
    @Test
    void scenesComeBackInTheOrderInWhichTheyWereGiven() {
        Scenes scenes = new Scenes(4, Split.TRAIN, Cast.KNOWN);
        List<Scene> some = IntStream.range(0, 40).mapToObj(scenes::portrait).toList();
        SceneRenderer renderer = new SceneRenderer(SIDE);
        List<float[]> together = renderer.pixels(some);
        for (int i = 0; i < some.size(); i += 7) {
            assertThat(together.get(i))
                    .isEqualTo(renderer.pixels(List.of(some.get(i))).get(0));
        }
        assertThat(renderer.inputs(some).get(13).pixels()).isEqualTo(together.get(13));
    }
}
