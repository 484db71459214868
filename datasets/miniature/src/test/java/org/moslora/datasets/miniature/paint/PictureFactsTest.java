package org.moslora.datasets.miniature.paint;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

/** What is said of a scene can be read off its pixels: colours, places, sizes, and nothing beyond the edge. */
class PictureFactsTest {
    private static final int SIDE = 72;
    private static final int PORTRAIT = 64;
    /** Squared, of the colours of one tone. */
    private static final int NEAR = 3000;

    private static final ScenePainter GRIDS = new ScenePainter(SIDE);
    private static final ScenePainter PORTRAITS = new ScenePainter(PORTRAIT);

    private static Thing thing(ThingKind kind, Hue hue, ThingSize size, @Nullable Worn worn, Cell cell) {
        return new Thing(kind, hue, Pattern.PLAIN, size, worn, cell);
    }

    private static int[] pixels(BufferedImage picture) {
        return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    }

    private static int[] grid(Background background, long look, Thing... things) {
        return pixels(GRIDS.paint(new Scene(Style.GRID, background, List.of(things), look)));
    }

    private static int[] portrait(Background background, long look, Thing thing) {
        return pixels(PORTRAITS.paint(new Scene(Style.PORTRAIT, background, List.of(thing), look)));
    }

    /** Places where a picture with a thing is another than with that thing far away. */
    private static int[] changed(int[] with, int[] without, IntPredicate where) {
        return IntStream.range(0, with.length)
                .filter(i -> with[i] != without[i] && where.test(i))
                .toArray();
    }

    private static IntPredicate in(Cell cell) {
        return i -> cell.holds(i % SIDE, i / SIDE, SIDE);
    }

    @ParameterizedTest
    @EnumSource(ThingKind.class)
    void aThingHasMorePixelsOfItsOwnColourThanOfAnyOther(ThingKind kind) {
        for (Hue hue : Hue.values()) {
            int[] picture = portrait(Background.FOREST, 3, thing(kind, hue, ThingSize.BIG, null, Cell.MIDDLE));
            int[] other = portrait(Background.FOREST, 3, thing(kind, another(hue), ThingSize.BIG, null, Cell.MIDDLE));
            Map<Hue, Integer> near = new EnumMap<>(Hue.class);
            for (int at : changed(picture, other, i -> true)) {
                Hue seen = nearest(picture[at]);
                if (distance(seen.rgb(), picture[at]) < NEAR) {
                    near.merge(seen, 1, Integer::sum);
                }
            }
            assertThat(near.entrySet().stream()
                            .max(Map.Entry.comparingByValue())
                            .orElseThrow()
                            .getKey())
                    .as("%s %s: %s", hue, kind, near)
                    .isEqualTo(hue);
        }
    }

    @SuppressWarnings("EnumOrdinal") // any other will do
    private static Hue another(Hue hue) {
        return Hue.values()[(hue.ordinal() + 4) % Hue.values().length];
    }

    private static Hue nearest(int rgb) {
        return Arrays.stream(Hue.values())
                .min(Comparator.comparingInt(hue -> distance(hue.rgb(), rgb)))
                .orElseThrow();
    }

    private static int distance(int one, int other) {
        int sum = 0;
        for (int shift = 0; shift < 24; shift += 8) {
            int difference = (one >> shift & 255) - (other >> shift & 255);
            sum += difference * difference;
        }
        return sum;
    }

    /** Were a part of it beyond the edge, less of it would be seen in the corner than in the middle. */
    @ParameterizedTest
    @EnumSource(ThingKind.class)
    void aThingIsWhollyInsideThePictureWhereverItStands(ThingKind kind) {
        for (@Nullable Worn worn : Arrays.asList(null, new Worn(Accessory.HAT, Hue.PURPLE))) {
            int middle = seen(kind, worn, Cell.MIDDLE);
            for (Cell cell : Cell.values()) {
                assertThat(seen(kind, worn, cell))
                        .as("%s with %s at %s", kind, worn, cell)
                        .isBetween((int) (0.9 * middle), (int) (1.1 * middle) + 1);
            }
        }
    }

    /** Pixels that follow a thing's or its hat's colour. */
    private static int seen(ThingKind kind, @Nullable Worn worn, Cell cell) {
        Worn other = worn == null ? null : new Worn(Accessory.HAT, Hue.YELLOW);
        int[] one = grid(Background.NIGHT, 9, thing(kind, Hue.RED, ThingSize.BIG, worn, cell));
        int[] two = grid(Background.NIGHT, 9, thing(kind, Hue.GREEN, ThingSize.BIG, other, cell));
        return changed(one, two, i -> true).length;
    }

    @ParameterizedTest
    @EnumSource(ThingKind.class)
    void neighboursDoNotCoverEachOther(ThingKind kind) {
        Worn hat = new Worn(Accessory.HAT, Hue.BLUE);
        Thing[] row = {
            thing(kind, Hue.RED, ThingSize.BIG, hat, Cell.LEFT),
            thing(kind, Hue.RED, ThingSize.BIG, hat, Cell.MIDDLE),
            thing(kind, Hue.RED, ThingSize.BIG, hat, Cell.RIGHT)
        };
        int[] together = grid(Background.SNOW, 2, row);
        row[1] = thing(kind, Hue.GREEN, ThingSize.BIG, hat, Cell.MIDDLE);
        int[] other = grid(Background.SNOW, 2, row);
        int outside = changed(together, other, in(Cell.MIDDLE).negate()).length;
        assertThat(outside).isLessThanOrEqualTo(changed(together, other, in(Cell.MIDDLE)).length / 20);
    }

    @ParameterizedTest
    @EnumSource(ThingKind.class)
    void aSmallThingIsClearlySmaller(ThingKind kind) {
        int[] counts = new int[2];
        for (ThingSize size : ThingSize.values()) {
            int[] one = grid(Background.CITY, 4, thing(kind, Hue.RED, size, null, Cell.TOP));
            int[] two = grid(Background.CITY, 4, thing(kind, Hue.BLUE, size, null, Cell.TOP));
            counts[size == ThingSize.BIG ? 0 : 1] = changed(one, two, i -> true).length;
        }
        assertThat(counts[1]).isPositive().isLessThan((int) (0.65 * counts[0]));
    }

    @ParameterizedTest
    @EnumSource(ThingKind.class)
    void theFrameOfAPortraitHoldsTheThing(ThingKind kind) {
        for (ThingSize size : ThingSize.values()) {
            for (long look = 0; look < 6; look++) {
                Worn hat = new Worn(Accessory.HAT, Hue.RED);
                Worn other = new Worn(Accessory.HAT, Hue.GREEN);
                Thing red = thing(kind, Hue.RED, size, hat, Cell.MIDDLE);
                Scene scene = new Scene(Style.PORTRAIT, Background.MEADOW, List.of(red), look);
                Frame frame = PORTRAITS.frame(scene);
                int[] seen = changed(
                        pixels(PORTRAITS.paint(scene)),
                        portrait(Background.MEADOW, look, thing(kind, Hue.GREEN, size, other, Cell.MIDDLE)),
                        i -> true);
                long outside = Arrays.stream(seen)
                        .filter(i -> !frame.holds((i % PORTRAIT + 0.5) / PORTRAIT, (i / PORTRAIT + 0.5) / PORTRAIT))
                        .count();
                assertThat(outside).as("%s %s %s", size, kind, look).isLessThanOrEqualTo(seen.length / 25);
            }
        }
    }

    @Test
    void everyBackgroundLooksAsItselfWhateverItsLook() {
        Thing ball = thing(ThingKind.BALL, Hue.RED, ThingSize.SMALL, null, Cell.BOTTOM_RIGHT);
        for (Background one : Background.values()) {
            int same = apart(grid(one, 1, ball), grid(one, 2, ball));
            for (Background other : Background.values()) {
                if (other != one) {
                    assertThat(apart(grid(one, 1, ball), grid(other, 1, ball)))
                            .as("%s and %s", one, other)
                            .isGreaterThan(same);
                }
            }
        }
    }

    /** Pixels that differ clearly. */
    private static int apart(int[] one, int[] other) {
        return (int) IntStream.range(0, one.length)
                .filter(i -> distance(one[i], other[i]) > 900)
                .count();
    }

    @Test
    void aFileHasThePixelsThatArePaintedWhateverTheMachinesLanguageAndTime() throws IOException {
        Scene scene = new Scenes(3, Split.TRAIN, Cast.MIXED).grid(5, 0);
        byte[] here = GRIDS.png(scene);
        assertThat(pixels(ImageIO.read(new ByteArrayInputStream(here)))).isEqualTo(pixels(GRIDS.paint(scene)));
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
            assertThat(GRIDS.png(scene)).isEqualTo(here);
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }
}
