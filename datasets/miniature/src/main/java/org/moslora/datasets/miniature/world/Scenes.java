package org.moslora.datasets.miniature.world;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An endless row of scenes. Scene <i>i</i> is a function of seed, split and <i>i</i> alone, so scenes can be made in any
 * order, in several threads, or again later.
 *
 * @param seed of everything random
 * @param split which combinations of colour, kind and background appear
 * @param cast which kinds appear
 */
public record Scenes(long seed, Split split, Cast cast) {
    private static final double REPEATED = 0.2;
    private static final double PATTERNED = 0.35;
    private static final double SMALL_PORTRAIT = 0.2;
    private static final double ANIMAL = 2.0 / 3;
    private static final long SPREAD = 0xD1342543DE82EF95L;

    /**
     * Scene <i>i</i> of those with one to four things on a grid.
     *
     * @param attempt 0, or more for other scenes in its place
     */
    public Scene grid(int i, int attempt) {
        SplittableRandom random = random(Style.GRID, i);
        for (int skipped = 0; skipped < attempt; skipped++) {
            random = random.split();
        }
        Background background = pick(random, Background.values());
        int count = 1 + random.nextInt(Scene.MOST);
        TreeMap<Cell, Thing> things = new TreeMap<>();
        ThingKind last = cast.draw(random);
        while (things.size() < count) {
            Cell cell = pick(random, Cell.values());
            if (!things.containsKey(cell)) {
                ThingKind kind = !things.isEmpty() && random.nextDouble() < REPEATED ? last : cast.draw(random);
                things.put(cell, thing(random, kind, background, pick(random, ThingSize.values()), cell));
                last = kind;
            }
        }
        return new Scene(Style.GRID, background, new ArrayList<>(things.values()), random.nextLong());
    }

    /** Scene <i>i</i> of those with one big thing; animals are drawn twice as often as the rest. */
    public Scene portrait(int i) {
        SplittableRandom random = random(Style.PORTRAIT, i);
        Background background = pick(random, Background.values());
        boolean animal = random.nextDouble() < ANIMAL;
        ThingKind kind = cast.draw(random);
        while (kind.isAnimal() != animal) {
            kind = cast.draw(random);
        }
        ThingSize size = random.nextDouble() < SMALL_PORTRAIT ? ThingSize.SMALL : ThingSize.BIG;
        Thing thing = thing(random, kind, background, size, Cell.MIDDLE);
        return new Scene(Style.PORTRAIT, background, List.of(thing), random.nextLong());
    }

    /** For what is said about scene <i>i</i>: independent of what the scene was drawn from. */
    public SplittableRandom speech(Style style, int i) {
        return random(style, i).split();
    }

    private Thing thing(SplittableRandom random, ThingKind kind, Background background, ThingSize size, Cell cell) {
        List<Hue> hues = split.hues(kind, background);
        Hue hue = hues.get(random.nextInt(hues.size()));
        boolean patterned = kind.hasCoat() && random.nextDouble() < PATTERNED;
        Pattern pattern = patterned ? (random.nextBoolean() ? Pattern.STRIPES : Pattern.SPOTS) : Pattern.PLAIN;
        return new Thing(kind, hue, pattern, size, worn(random, kind), cell);
    }

    /** Half of those with a face wear something, one in four of the rest a hat. */
    private static @Nullable Worn worn(SplittableRandom random, ThingKind kind) {
        int choice = random.nextInt(8);
        Hue hue = pick(random, Hue.values());
        if (choice < 2) {
            return new Worn(Accessory.HAT, hue);
        } else if (kind.hasFace() && choice == 2) {
            return new Worn(Accessory.SCARF, hue);
        } else if (kind.hasFace() && choice == 3) {
            return new Worn(Accessory.GLASSES, null);
        }
        return null;
    }

    @SuppressWarnings("EnumOrdinal") // only to be different for each
    private SplittableRandom random(Style style, int i) {
        long stream = (seed * 31 + split.ordinal()) * 31 + cast.ordinal() * 7L + style.ordinal();
        long start = new SplittableRandom(stream).nextLong() + i * SPREAD;
        // Not from start itself: neighbouring streams of this generator would be the same, one number apart.
        return new SplittableRandom(new SplittableRandom(start).nextLong());
    }

    private static <T> T pick(SplittableRandom random, T[] values) {
        return values[random.nextInt(values.length)];
    }
}
