package org.moslora.examples.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Against Pillow, resized and cut as diffusers' DreamBooth script does, and to the buckets of kohya's. */
class FramingTest {
    @Test
    void pixelsAreThoseOfPillow() throws IOException {
        try (InputStream in = Objects.requireNonNull(FramingTest.class.getResourceAsStream("framed.json"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (JsonElement row : JsonParser.parseString(text).getAsJsonArray()) {
                byte[] png = Base64.getDecoder()
                        .decode(row.getAsJsonObject().get("png").getAsString());
                Picture picture = PictureDecoder.decode("test", png);
                for (JsonElement framed : row.getAsJsonObject().getAsJsonArray("framed")) {
                    check(picture, framed.getAsJsonObject());
                }
            }
        }
    }

    private static void check(Picture picture, JsonObject expected) {
        Buckets buckets = expected.has("min") ? new Buckets(8, number(expected, "min"), number(expected, "max")) : null;
        Framing framing = new Framing(number(expected, "resolution"), Crop.CENTER, false, buckets);
        ImageSize size = framing.sizeFor(new SubjectPicture(Path.of("x"), picture.width(), picture.height(), null));
        assertThat(size).isEqualTo(new ImageSize(number(expected, "width"), number(expected, "height")));
        FramedPicture framed = framing.frame(picture, size, new Random(0));
        assertThat(framed.timeIds())
                .containsExactly(
                        picture.height(),
                        picture.width(),
                        number(expected, "top"),
                        number(expected, "left"),
                        size.height(),
                        size.width());
        byte[] rgb = Base64.getDecoder().decode(expected.get("rgb").getAsString());
        assertThat(framed.pixels()).isEqualTo(planes(rgb));
    }

    private static float[] planes(byte[] rgb) {
        float[] planes = new float[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            planes[i % 3 * (rgb.length / 3) + i / 3] = (rgb[i] & 0xff) / 127.5f - 1;
        }
        return planes;
    }

    private static int number(JsonObject row, String name) {
        return row.get(name).getAsInt();
    }

    @Test
    void chanceMirrorsAndCuts() {
        Picture picture = gradient(60, 20);
        Framing framing = new Framing(20, Crop.RANDOM, true, null);
        assertThat(framing.fixed()).isFalse();
        int mirrored = 0;
        boolean[] seen = new boolean[41];
        for (int seed = 0; seed < 400; seed++) {
            FramedPicture framed = framing.frame(picture, new ImageSize(20, 20), SeededRandom.at(seed));
            mirrored += framed.flipped() ? 1 : 0;
            seen[framed.left()] = true;
            float first = framed.pixels()[0];
            int column = framed.flipped() ? 59 - framed.left() : framed.left();
            assertThat(first).isEqualTo(column * 4 / 127.5f - 1);
            assertThat(framed.pixels())
                    .isEqualTo(framing.frame(picture, new ImageSize(20, 20), SeededRandom.at(seed))
                            .pixels());
        }
        assertThat(mirrored).isBetween(140, 260);
        assertThat(seen).doesNotContain(false);
    }

    private static Picture gradient(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % width * 4);
        }
        return new Picture(width, height, rgb);
    }

    @Test
    void settingsThatCannotBeAreNamed() {
        Problems problems = new Problems();
        new Buckets(60, 1024, 300).check("buckets", 512, problems);
        assertThat(problems.found())
                .extracting(problem -> problem.where())
                .containsExactly("buckets.step", "buckets.min", "buckets.max");
        assertThatThrownBy(() -> Crop.named("crop", "centre"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("center");
        assertThat(Crop.named("crop", "random")).isEqualTo(Crop.RANDOM);
    }
}
