package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bits and pixels against numpy, Pillow and diffusers, whose numbers these are. */
final class NoiseAndPixelsTest {
    /** A picture of 5 by 3, whose byte i is 5i mod 256, as Pillow 13.0.0 writes it. */
    private static final String PNG = "89504e470d0a1a0a0000000d4948445200000005000000030802000000d45452af00000014494441"
            + "54789c636460e5e247022cdededef8f80059ea03f7e7b86f930000000049454e44ae426082";

    /** {@code VaeImageProcessor(vae_scale_factor=1, resample="lanczos").preprocess(picture, height=4, width=6)}. */
    private static final float[] FRAMED = {
        -1,
        -0.952941f,
        -0.835294f,
        -0.756863f,
        -0.639216f,
        -0.560784f,
        -0.741176f,
        -0.662745f,
        -0.545098f,
        -0.466667f,
        -0.34902f,
        -0.270588f,
        -0.082353f,
        -0.003922f,
        0.113726f,
        0.192157f,
        0.309804f,
        0.388235f,
        0.207843f,
        0.286275f,
        0.403922f,
        0.482353f,
        0.6f,
        0.678431f,
        -0.992157f,
        -0.913725f,
        -0.796078f,
        -0.717647f,
        -0.6f,
        -0.521569f,
        -0.701961f,
        -0.623529f,
        -0.505882f,
        -0.427451f,
        -0.309804f,
        -0.231373f,
        -0.043137f,
        0.035294f,
        0.152941f,
        0.231373f,
        0.34902f,
        0.427451f,
        0.247059f,
        0.32549f,
        0.443137f,
        0.521569f,
        0.639216f,
        0.717647f,
        -0.952941f,
        -0.87451f,
        -0.756863f,
        -0.678431f,
        -0.560784f,
        -0.482353f,
        -0.662745f,
        -0.584314f,
        -0.466667f,
        -0.388235f,
        -0.270588f,
        -0.192157f,
        -0.003922f,
        0.07451f,
        0.192157f,
        0.270588f,
        0.388235f,
        0.466667f,
        0.286275f,
        0.364706f,
        0.482353f,
        0.560784f,
        0.678431f,
        0.756863f
    };

    @TempDir
    private Path folder;

    /** {@code numpy.random.RandomState(seed).randint(0, 2**32, size=2000, dtype=numpy.uint32)}: 0 to 2, 623, 624, 1999. */
    @ParameterizedTest
    @CsvSource({
        "5489, 3499211612, 581869302, 3890346734, 4020325887, 4178893912, 3949147603",
        "0, 2357136044, 2546248239, 3071714933, 3791854820, 341544762, 3856691381",
        "7, 327741615, 976413892, 3349725721, 3222554838, 3732577367, 1233290179",
        "4294967295, 419326371, 479346978, 3918654476, 1027084080, 3860652269, 1762272365"
    })
    void bitsAreThoseOfNumpy(long seed, long first, long second, long third, long ending, long anew, long last) {
        MersenneTwister twister = new MersenneTwister((int) seed);
        long[] bits = new long[2000];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Integer.toUnsignedLong(twister.next());
        }
        assertThat(new long[] {bits[0], bits[1], bits[2], bits[623], bits[624], bits[1999]})
                .containsExactly(first, second, third, ending, anew, last);
    }

    @Test
    void aPictureToStartFromIsFramedAsDiffusersFramesIt() throws IOException {
        Path file = folder.resolve("start.png");
        Files.write(file, HexFormat.of().parseHex(PNG));
        assertThat(PixelTensors.framed(file, 6, 4)).containsExactly(FRAMED, Offset.offset(2e-6f));
    }

    /** {@code VaeImageProcessor.postprocess}, which clips and rounds halves to even. */
    @Test
    void pixelsAreRoundedAsDiffusersRoundsThem() {
        float[] planes = {-1.5f, -1, -0.5f, 0, 0.25f, 0.999f, 1, 3, 0.00392f, -0.00392f, 0.5f, -0.9961f};
        byte[] expected = {0, (byte) 159, (byte) 128, 0, -1, 127, 64, -1, (byte) 191, (byte) 128, -1, 0};
        assertThat(PixelTensors.picture(planes, 2, 2).rgb()).isEqualTo(expected);
    }

    @Test
    void bytesComeBackFromPlanes() throws IOException {
        Path file = folder.resolve("same.png");
        Files.write(file, HexFormat.of().parseHex(PNG));
        byte[] rgb = PixelTensors.picture(PixelTensors.framed(file, 5, 3), 5, 3).rgb();
        for (int i = 0; i < rgb.length; i++) {
            assertThat(rgb[i] & 0xff).isEqualTo(5 * i % 256);
        }
    }
}
