package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.problems.InvalidInput;

/** A picture that does not fit into memory is refused before any work, saying what it needs and what there is. */
final class PictureLimitsTest {
    private static final PictureCost SQUARES = (width, height, batch) -> 4.0 * width * height * batch;

    @Test
    void sizeAndBatchAreCounted() {
        PictureLimits limits = new PictureLimits(SQUARES, () -> 4L << 20);
        limits.check(1024, 1024, 1);
        assertThatThrownBy(() -> limits.check(1024, 1024, 2))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("a batch of 2 pictures of 1024x1024")
                .hasMessageContaining("8 MB")
                .hasMessageContaining("there are 4 MB")
                .hasMessageContaining("or batch");
        assertThatThrownBy(() -> limits.check(1L << 40, 8, 1)).hasMessageContaining("a picture of 1099511627776x8");
        PictureLimits.NONE.check(1 << 20, 1 << 20, 8);
    }

    @Test
    void scoresGrowWithTheSquareOfThePlacesWhereTheyAreKept() {
        UNetConfig unet = new UNetConfig(
                4,
                4,
                64,
                List.of(
                        new UNetConfig.Level(320, 2, true, true, 8, 1),
                        new UNetConfig.Level(640, 2, false, false, 8, 1)),
                768,
                32,
                1e-5,
                false,
                false,
                true,
                0,
                null);
        List<Double> zeros = List.of(0.0, 0.0, 0.0, 0.0);
        AutoencoderConfig autoencoder = new AutoencoderConfig(
                3, 3, List.of(128, 256, 512, 512), 2, 4, 32, 0.18, zeros, zeros, false, true, true, true);
        PictureCost kernel = PictureCost.of(unet, autoencoder, false);
        PictureCost tables = PictureCost.of(unet, autoencoder, true);
        assertThat(kernel.bytes(1024, 1024, 1) / kernel.bytes(512, 512, 1)).isBetween(3.9, 4.1);
        assertThat(tables.bytes(1024, 1024, 1) / tables.bytes(512, 512, 1)).isBetween(12.0, 16.1);
    }
}
