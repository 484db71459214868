package org.moslora.datasets.miniature.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scenes are made of: places that share a picture out, things that may stand there, and how often they do. */
class WorldValuesTest {
    private static final int MANY = 6000;
    private static final Scenes KNOWN = new Scenes(7, Split.TRAIN, Cast.KNOWN);

    private static Thing thing(ThingKind kind, @Nullable Worn worn, Cell cell) {
        return new Thing(kind, Hue.RED, Pattern.PLAIN, ThingSize.BIG, worn, cell);
    }

    private static Scene grid(Thing... things) {
        return new Scene(Style.GRID, Background.CITY, List.of(things), 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 6, 9, 24})
    void everyPatchLiesInOneCellAndEveryCellHasAsMany(int side) {
        int[] counts = new int[Cell.values().length];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int column = x;
                int row = y;
                List<Cell> cells = Arrays.stream(Cell.values())
                        .filter(cell -> cell.holds(column, row, side))
                        .toList();
                assertThat(cells).hasSize(1);
                counts[cells.get(0).row() * Cell.SIDE + cells.get(0).column()]++;
            }
        }
        assertThat(counts).containsOnly(side * side / 9);
    }

    /** Read as one reads: from the top left to the bottom right. */
    @Test
    void cellsAreSpokenOfByWhereTheyAre() {
        assertThat(Arrays.stream(Cell.values()).map(Cell::phrase))
                .containsExactly(
                        "at the top left",
                        "at the top",
                        "at the top right",
                        "on the left",
                        "in the middle",
                        "on the right",
                        "at the bottom left",
                        "at the bottom",
                        "at the bottom right");
    }

    /** Of which a lower case i has no dot where the machine speaks Turkish. */
    @Test
    void wordsAreTheSameInEveryLanguageOfTheMachine() {
        List<String> here = words();
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr-TR"));
            assertThat(words()).isEqualTo(here).doesNotHaveDuplicates();
        } finally {
            Locale.setDefault(before);
        }
    }

    private static List<String> words() {
        return Stream.of(
                        Arrays.stream(ThingKind.values()).map(ThingKind::word),
                        Arrays.stream(Hue.values()).map(Hue::word),
                        Arrays.stream(Background.values()).map(Background::word),
                        Arrays.stream(Cell.values()).map(Cell::word),
                        Arrays.stream(Accessory.values()).map(Accessory::word),
                        Arrays.stream(ThingSize.values()).map(ThingSize::word))
                .flatMap(all -> all)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(ThingKind.class)
    void aVowelHasItsArticle(ThingKind kind) {
        String article = "aeiou".indexOf(kind.word().charAt(0)) >= 0 ? "an " : "a ";
        assertThat(kind.withArticle()).isEqualTo(article + kind.word());
        assertThat(new Worn(Accessory.HAT, Hue.ORANGE).phrase()).isEqualTo("an orange hat");
        assertThat(new Worn(Accessory.SCARF, Hue.PINK).phrase()).isEqualTo("a pink scarf");
    }

    @Test
    void aSceneThatCannotBeIsRefused() {
        Thing cat = thing(ThingKind.CAT, null, Cell.LEFT);
        Thing dog = thing(ThingKind.DOG, null, Cell.TOP);
        assertThatThrownBy(() -> grid()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> grid(cat, dog)).hasMessageContaining("out of order");
        assertThatThrownBy(() -> grid(cat, cat)).hasMessageContaining("shared");
        assertThatThrownBy(() -> new Scene(Style.PORTRAIT, Background.SEA, List.of(dog, cat), 0))
                .hasMessageContaining("2 things");
        Thing[] five = Arrays.stream(Cell.values())
                .limit(5)
                .map(cell -> thing(ThingKind.CUP, null, cell))
                .toArray(Thing[]::new);
        assertThatThrownBy(() -> grid(five)).hasMessageContaining("5 things");
    }

    @Test
    void onlyAFaceWearsAScarfOrGlassesAndOnlyGlassesHaveNoColour() {
        assertThatThrownBy(() -> thing(ThingKind.HOUSE, new Worn(Accessory.GLASSES, null), Cell.TOP))
                .hasMessageContaining("HOUSE");
        assertThatThrownBy(() -> thing(ThingKind.BALL, new Worn(Accessory.SCARF, Hue.RED), Cell.TOP))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Worn(Accessory.GLASSES, Hue.RED)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Worn(Accessory.HAT, null)).isInstanceOf(IllegalArgumentException.class);
        assertThat(thing(ThingKind.BALL, new Worn(Accessory.HAT, Hue.RED), Cell.TOP)
                        .wears(Accessory.HAT))
                .isTrue();
    }

    private static double share(List<Thing> things, Predicate<Thing> which) {
        return (double) things.stream().filter(which).count() / things.size();
    }

    @Test
    void portraitsAreAsOftenThisAndThatAsTheyShouldBe() {
        List<Thing> things = IntStream.range(0, MANY)
                .mapToObj(i -> KNOWN.portrait(i).things().get(0))
                .toList();
        assertThat(share(things, thing -> thing.kind().isAnimal())).isCloseTo(2.0 / 3, within(0.02));
        assertThat(share(things, thing -> thing.size() == ThingSize.SMALL)).isCloseTo(0.2, within(0.02));
        assertThat(things).allMatch(thing -> thing.cell() == Cell.MIDDLE);
    }

    @Test
    void thingsOfAGridAreAsOftenThisAndThatAsTheyShouldBe() {
        List<Thing> things = new ArrayList<>();
        int[] sizes = new int[Scene.MOST];
        for (int i = 0; i < MANY; i++) {
            List<Thing> own = KNOWN.grid(i, 0).things();
            sizes[own.size() - 1]++;
            things.addAll(own);
        }
        for (int size : sizes) {
            assertThat((double) size / MANY).isCloseTo(0.25, within(0.02));
        }
        List<Thing> coats =
                things.stream().filter(thing -> thing.kind().hasCoat()).toList();
        List<Thing> faces =
                things.stream().filter(thing -> thing.kind().hasFace()).toList();
        List<Thing> objects =
                things.stream().filter(thing -> !thing.kind().hasFace()).toList();
        assertThat(share(coats, thing -> thing.pattern() != Pattern.PLAIN)).isCloseTo(0.35, within(0.02));
        assertThat(share(faces, thing -> thing.worn() != null)).isCloseTo(0.5, within(0.02));
        assertThat(share(objects, thing -> thing.worn() != null)).isCloseTo(0.25, within(0.02));
        assertThat(things).allMatch(thing -> thing.kind().hasCoat() || thing.pattern() == Pattern.PLAIN);
        for (Cell cell : Cell.values()) {
            assertThat(share(things, thing -> thing.cell() == cell)).isCloseTo(1.0 / 9, within(0.01));
        }
    }

    @Test
    void anotherAttemptIsAnotherSceneAndTheSameOneIsTheSame() {
        for (int i = 0; i < 50; i++) {
            List<Scene> attempts = IntStream.range(0, 4).mapToObj(attempt(i)).toList();
            assertThat(attempts).doesNotHaveDuplicates();
            assertThat(KNOWN.grid(i, 3)).isEqualTo(attempts.get(3));
        }
    }

    private static java.util.function.IntFunction<Scene> attempt(int i) {
        return number -> KNOWN.grid(i, number);
    }

    /** What is said does not follow from what is drawn: two generators that share no number. */
    @Test
    void speechIsItsOwn() {
        long said = KNOWN.speech(Style.GRID, 3).nextLong();
        assertThat(KNOWN.speech(Style.GRID, 3).nextLong()).isEqualTo(said);
        assertThat(List.of(
                        KNOWN.speech(Style.GRID, 4).nextLong(),
                        KNOWN.speech(Style.PORTRAIT, 3).nextLong(),
                        new Scenes(8, Split.TRAIN, Cast.KNOWN)
                                .speech(Style.GRID, 3)
                                .nextLong(),
                        new Scenes(7, Split.TEST, Cast.KNOWN)
                                .speech(Style.GRID, 3)
                                .nextLong(),
                        KNOWN.grid(3, 0).look()))
                .doesNotContain(said)
                .doesNotHaveDuplicates();
    }
}
