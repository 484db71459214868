package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** Damaged files give a picture or an error, in bounded time; the seed is printed, and can be given to repeat a run. */
class MutatedPicturesTest {
    private static final long SEED = Long.getLong("tests.seed", System.nanoTime());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "halved.jpg",
                "turned.jpg",
                "turned.png",
                "progressive.jpg",
                "inks-ycck.jpg",
                "palette.png",
                "three.png",
                "three.gif",
                "alpha.webp",
                "palette.bmp",
                "plain.tif"
            })
    void givesAPictureOrAnError(String name) {
        System.out.println("pictures: -Dtests.seed=" + SEED);
        byte[] whole = Goldens.bytes(name);
        Random random = new Random(SEED);
        int decoded = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = damaged(whole, random);
            decoded += assertTimeoutPreemptively(Duration.ofSeconds(30), () -> decodes(damaged)) ? 1 : 0;
        }
        assertThat(decoded).isBetween(0, 999);
    }

    private static boolean decodes(byte[] damaged) {
        try {
            Picture picture = PictureDecoder.decode("damaged", damaged);
            return picture.rgb().length == 3 * picture.width() * picture.height();
        } catch (InvalidInput expected) {
            return false;
        }
    }

    private static byte[] damaged(byte[] whole, Random random) {
        if (random.nextInt(5) == 0) {
            return Arrays.copyOf(whole, random.nextInt(whole.length));
        }
        byte[] damaged = whole.clone();
        for (int i = random.nextInt(8); i >= 0; i--) {
            // The first bytes hold the lengths and sizes, which do the most harm.
            int at = random.nextInt(random.nextBoolean() ? Math.min(64, whole.length) : whole.length);
            damaged[at] = (byte) random.nextInt(256);
        }
        return damaged;
    }
}
