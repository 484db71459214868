package org.moslora.datasets.miniature.language;

import java.util.List;
import java.util.SplittableRandom;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Thing;
import org.moslora.datasets.miniature.world.ThingKind;

/** Claims, half of them true, about facts and about scenes in words. */
public final class Claims {
    private static final List<ThingKind> KINDS = List.of(ThingKind.values());
    private static final List<Hue> HUES = List.of(Hue.values());
    private static final List<Background> BACKGROUNDS = List.of(Background.values());

    private Claims() {}

    /** About a fact that belongs to a part of the data: of the kind itself, or of another. */
    public static Claim fact(Split split, SplittableRandom random) {
        WorldFacts.Subject subject = WorldFacts.subject(split, random);
        boolean right = random.nextBoolean();
        ThingKind other = right ? subject.kind() : another(subject.kind(), KINDS, random);
        return new Claim("is it true that " + subject.relation().claim(subject.kind(), other), right);
    }

    /** About a scene that is told in words: its place, the colour of the only one of a kind, or whether a thing is there. */
    public static Claim story(Scene scene, SplittableRandom random) {
        String told = WorldFacts.told(scene) + " ";
        boolean right = random.nextBoolean();
        List<Thing> alone = WorldFacts.alone(scene);
        int form = random.nextInt(alone.isEmpty() ? 2 : 3);
        if (form == 0) {
            Background place = right ? scene.background() : another(scene.background(), BACKGROUNDS, random);
            return new Claim(told + "is this " + place.phrase(), right);
        }
        if (form == 1) {
            Thing thing = one(scene.things(), random);
            return new Claim(
                    told + "is there " + (right ? WorldFacts.seen(thing) : missing(scene, thing, random)), right);
        }
        Thing thing = one(alone, random);
        Hue hue = right ? thing.hue() : another(thing.hue(), HUES, random);
        return new Claim(told + "is the " + thing.kind().word() + " " + hue.word(), right);
    }

    /** What a thing of the scene would be in another colour, and is nowhere in it. */
    private static String missing(Scene scene, Thing thing, SplittableRandom random) {
        List<Hue> others = HUES.stream()
                .filter(hue ->
                        scene.things().stream().noneMatch(other -> other.kind() == thing.kind() && other.hue() == hue))
                .toList();
        return WorldFacts.named(one(others, random), thing.kind());
    }

    private static <T> T another(T value, List<T> values, SplittableRandom random) {
        T other;
        do {
            other = one(values, random);
        } while (other.equals(value));
        return other;
    }

    private static <T> T one(List<T> values, SplittableRandom random) {
        return values.get(random.nextInt(values.size()));
    }
}
