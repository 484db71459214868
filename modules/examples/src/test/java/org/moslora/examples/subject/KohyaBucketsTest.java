package org.moslora.examples.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes and the choice among them, as make_bucket_resolutions and BucketManager.select_bucket of sd-scripts have them. */
class KohyaBucketsTest {
    /** How many there are, the first four and the last two. */
    @ParameterizedTest
    @CsvSource({
        "512, 256, 1024, 64, 17, 256x832 256x896 256x960 256x1024 960x256 1024x256",
        "768, 256, 1024, 64, 19, 256x1024 320x1024 384x1024 448x1024 1024x512 1024x576",
        "1024, 512, 2048, 64, 33, 512x1856 512x1920 512x1984 512x2048 1984x512 2048x512",
        "520, 256, 1024, 64, 17, 256x896 256x960 256x1024 320x768 960x256 1024x256",
        "64, 16, 128, 8, 21, 16x128 24x128 32x104 32x112 128x24 128x32",
        "512, 384, 640, 32, 9, 384x640 416x608 448x576 480x544 608x416 640x384"
    })
    void sizesAreThoseOfTheScripts(int resolution, int min, int max, int step, int count, String some) {
        List<String> sizes = new Buckets(step, min, max)
                .sizes(resolution).stream()
                        .map(size -> size.width() + "x" + size.height())
                        .toList();

        String[] expected = some.split(" ");
        assertThat(sizes).hasSize(count).doesNotHaveDuplicates();
        assertThat(sizes.subList(0, 4)).containsExactly(expected[0], expected[1], expected[2], expected[3]);
        assertThat(sizes.subList(count - 2, count)).containsExactly(expected[4], expected[5]);
    }

    @ParameterizedTest
    @CsvSource({
        "512, 512, 512, 512",
        "640, 480, 576, 448",
        "1920, 1080, 640, 384",
        "1080, 1920, 384, 640",
        "3000, 100, 1024, 256",
        "100, 3000, 256, 1024",
        "576, 448, 576, 448",
        "700, 699, 512, 512",
        "1000, 333, 832, 256",
        "4000, 3000, 576, 448"
    })
    void aPicturesSizeIsTheOneThatTheScriptsChoose(int width, int height, int wide, int high) {
        assertThat(new Buckets(64, 256, 1024).choose(width, height, 512)).isEqualTo(new ImageSize(wide, high));
    }

    /** No size is larger in area than the square, none has a side beyond the bounds, and each lies there both ways round. */
    @ParameterizedTest
    @CsvSource({"512, 256, 1024, 64", "768, 384, 1280, 32", "1000, 304, 2000, 8", "96, 96, 96, 16"})
    void noSizeTakesMoreMemoryThanTheSquare(int resolution, int min, int max, int step) {
        List<ImageSize> sizes = new Buckets(step, min, max).sizes(resolution);

        assertThat(sizes).isNotEmpty().allSatisfy(size -> {
            assertThat(size.width() * size.height()).isLessThanOrEqualTo(resolution * resolution);
            assertThat(Math.min(size.width(), size.height())).isGreaterThanOrEqualTo(min);
            assertThat(Math.max(size.width(), size.height())).isLessThanOrEqualTo(max);
            assertThat(sizes).contains(new ImageSize(size.height(), size.width()));
        });
    }
}
