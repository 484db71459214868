package org.moslora.datasets.miniature;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.datasets.miniature.paint.ScenePainter;
import org.moslora.datasets.miniature.world.Accessory;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Cell;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Pattern;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Style;
import org.moslora.datasets.miniature.world.Thing;
import org.moslora.datasets.miniature.world.ThingKind;
import org.moslora.datasets.miniature.world.ThingSize;
import org.moslora.datasets.miniature.world.Worn;

/** The same pixels every time, and other pixels for everything that a text may speak of. */
final class PainterTest {
    private static final ScenePainter PAINTER = new ScenePainter(64);

    /** These change only together with the version in the manifest. */
    @ParameterizedTest
    @CsvSource({
        "0, GRID, d051fcb6f6d13702e14563ad1979e57394e663860f03faab761a47c72c1b03ef",
        "1, GRID, 0e0a59432f5e8c92a6faa285a564c1e77391bab52732dbb5eaf88424dba031ef",
        "2, PORTRAIT, a9295fddaa412ff5ec18a8dbfc258dd1b4bdf34d8eb9c398e6235a4ab974ff65"
    })
    void aSeedGivesTheseBytes(long seed, Style style, String expected) {
        Scenes scenes = new Scenes(seed, Split.TRAIN, Cast.MIXED);
        StringBuilder hashes = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            Scene scene = style == Style.GRID ? scenes.grid(i, 0) : scenes.portrait(i);
            hashes.append(hash(new ScenePainter(style == Style.GRID ? 72 : 64).paint(scene)));
        }
        assertThat(hash(hashes.toString().getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
    }

    @Test
    void threadsMakeNoDifference() {
        Scenes scenes = new Scenes(4, Split.TRAIN, Cast.MIXED);
        List<String> alone = IntStream.range(0, 40)
                .mapToObj(i -> hash(PAINTER.png(scenes.grid(i, 0))))
                .toList();
        List<String> together = IntStream.range(0, 40)
                .parallel()
                .mapToObj(i -> hash(PAINTER.png(scenes.grid(i, 0))))
                .toList();
        assertThat(together).isEqualTo(alone).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(ThingKind.class)
    void everythingThatIsSaidIsSeen(ThingKind kind) {
        Map<String, Scene> scenes = new HashMap<>();
        for (Hue hue : Hue.values()) {
            scenes.put(hue.word(), scene(new Thing(kind, hue, Pattern.PLAIN, ThingSize.BIG, null, Cell.MIDDLE)));
            Worn hat = new Worn(Accessory.HAT, hue);
            scenes.put(hue + " hat", scene(new Thing(kind, Hue.RED, Pattern.PLAIN, ThingSize.BIG, hat, Cell.MIDDLE)));
        }
        if (kind.hasFace()) {
            Worn scarf = new Worn(Accessory.SCARF, Hue.BLUE);
            Worn glasses = new Worn(Accessory.GLASSES, null);
            scenes.put("scarf", scene(new Thing(kind, Hue.RED, Pattern.PLAIN, ThingSize.BIG, scarf, Cell.MIDDLE)));
            scenes.put("glasses", scene(new Thing(kind, Hue.RED, Pattern.PLAIN, ThingSize.BIG, glasses, Cell.MIDDLE)));
        }
        if (kind.hasCoat()) {
            scenes.put("stripes", scene(new Thing(kind, Hue.RED, Pattern.STRIPES, ThingSize.BIG, null, Cell.MIDDLE)));
            scenes.put("spots", scene(new Thing(kind, Hue.RED, Pattern.SPOTS, ThingSize.BIG, null, Cell.MIDDLE)));
        }
        scenes.put("small", scene(new Thing(kind, Hue.RED, Pattern.PLAIN, ThingSize.SMALL, null, Cell.MIDDLE)));
        scenes.forEach((one, first) -> scenes.forEach((other, second) -> {
            if (one.compareTo(other) < 0) {
                assertThat(difference(first, second))
                        .as(kind + ": " + one + " and " + other)
                        .isGreaterThan(12);
            }
        }));
    }

    /** What stands in a cell changes no pixel of another cell, but for what a landmark has there. */
    @ParameterizedTest
    @EnumSource(ThingKind.class)
    void aThingStaysInItsCell(ThingKind kind) {
        Worn hat = new Worn(Accessory.HAT, Hue.RED);
        Thing thing = new Thing(kind, Hue.PINK, Pattern.PLAIN, ThingSize.BIG, hat, Cell.MIDDLE);
        Thing far = new Thing(ThingKind.BALL, Hue.WHITE, Pattern.PLAIN, ThingSize.SMALL, null, Cell.TOP_LEFT);
        ScenePainter painter = new ScenePainter(72);
        BufferedImage with = painter.paint(new Scene(Style.GRID, Background.NIGHT, List.of(far, thing), 5));
        BufferedImage without = painter.paint(new Scene(Style.GRID, Background.NIGHT, List.of(far), 5));
        int outside = 0;
        Set<String> where = new TreeSet<>();
        for (int y = 0; y < 72; y++) {
            for (int x = 0; x < 72; x++) {
                boolean middle = x / 24 == 1 && y / 24 == 1;
                if (!middle && with.getRGB(x, y) != without.getRGB(x, y)) {
                    outside++;
                    where.add(x + "," + y);
                }
            }
        }
        assertThat(outside).as(kind + " at " + where).isLessThan(40);
    }

    private static Scene scene(Thing thing) {
        return new Scene(Style.PORTRAIT, Background.MEADOW, List.of(thing), 1);
    }

    /** Pixels that differ clearly. */
    private static int difference(Scene first, Scene second) {
        BufferedImage one = PAINTER.paint(first);
        BufferedImage other = PAINTER.paint(second);
        int pixels = 0;
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 64; x++) {
                int a = one.getRGB(x, y);
                int b = other.getRGB(x, y);
                int distance = Math.abs((a >> 16 & 255) - (b >> 16 & 255))
                        + Math.abs((a >> 8 & 255) - (b >> 8 & 255))
                        + Math.abs((a & 255) - (b & 255));
                pixels += distance > 90 ? 1 : 0;
            }
        }
        return pixels;
    }

    private static String hash(BufferedImage picture) {
        int[] pixels = picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
        ByteBuffer bytes = ByteBuffer.allocate(4 * pixels.length);
        bytes.asIntBuffer().put(pixels);
        return hash(bytes.array());
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
