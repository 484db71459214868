package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/**
 * Damaged files give a picture or an error, in bounded time. The seed is printed, and another can be given; the campaign
 * draws its own.
 */
class MutatedPicturesTest {
    private static final long SEED = Long.getLong("tests.seed", 20);

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
                "deep.png",
                "alpha.png",
                "two.png",
                "three.gif",
                "alpha.webp",
                "three.webp",
                "three.tif",
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
        if (PictureKind.at(whole, 1, "PNG") && random.nextBoolean()) {
            checksummed(damaged);
        }
        return damaged;
    }

    /** Makes a PNG's checksums right, so that the damage behind them is met. */
    private static void checksummed(byte[] png) {
        ByteBuffer in = ByteBuffer.wrap(png);
        for (int at = 8; at + 12 <= png.length; ) {
            int length = in.getInt(at);
            if (length < 0 || length > png.length - at - 12) {
                return;
            }
            CRC32 sum = new CRC32();
            sum.update(png, at + 4, length + 4);
            in.putInt(at + 8 + length, (int) sum.getValue());
            at += length + 12;
        }
    }
}
