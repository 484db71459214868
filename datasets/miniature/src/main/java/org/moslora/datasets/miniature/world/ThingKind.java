package org.moslora.datasets.miniature.world;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a thing is. The last five are kept out of the base models' training, so that tuning has something to teach. */
public enum ThingKind {
    CAT(Sort.ANIMAL),
    DOG(Sort.ANIMAL),
    BIRD(Sort.ANIMAL),
    FISH(Sort.ANIMAL),
    ROBOT(Sort.FACED),
    HOUSE(Sort.OBJECT),
    TREE(Sort.OBJECT),
    FLOWER(Sort.OBJECT),
    CAR(Sort.OBJECT),
    BOAT(Sort.OBJECT),
    CUP(Sort.OBJECT),
    BALL(Sort.OBJECT),
    AXOLOTL(Sort.ANIMAL),
    TURTLE(Sort.ANIMAL),
    MUSHROOM(Sort.OBJECT),
    UMBRELLA(Sort.OBJECT),
    ROCKET(Sort.OBJECT);

    private static final List<ThingKind> NEW = List.of(AXOLOTL, TURTLE, MUSHROOM, UMBRELLA, ROCKET);

    private enum Sort {
        ANIMAL,
        FACED,
        OBJECT
    }

    private final Sort sort;

    ThingKind(Sort sort) {
        this.sort = sort;
    }

    /** Those that the base models are trained on. */
    public static List<ThingKind> known() {
        return Arrays.stream(values()).filter(kind -> !kind.isNew()).toList();
    }

    /** Those that the base models have never seen. */
    public static List<ThingKind> unknown() {
        return NEW;
    }

    /** Whether the base models have never seen it. */
    public boolean isNew() {
        return NEW.contains(this);
    }

    /** Whether "animal" is said of it. */
    public boolean isAnimal() {
        return sort == Sort.ANIMAL;
    }

    /** Whether it can wear a scarf and glasses; a hat goes on everything. */
    public boolean hasFace() {
        return sort != Sort.OBJECT;
    }

    /** Whether stripes and spots can be told on it: not where it has marks of its own, or hardly a coat. */
    public boolean hasCoat() {
        return this != BALL && this != MUSHROOM && this != FLOWER;
    }

    /** How texts name one. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The word behind "a" or "an". */
    public String withArticle() {
        return (this == AXOLOTL || this == UMBRELLA ? "an " : "a ") + word();
    }

    /** How texts name several. */
    public String plural() {
        return this == FISH ? "fish" : word() + "s";
    }
}
