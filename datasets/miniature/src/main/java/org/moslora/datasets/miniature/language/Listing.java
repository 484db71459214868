package org.moslora.datasets.miniature.language;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.miniature.world.Pattern;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Thing;

/**
 * Everything about each thing, in the order that is asked for: by what things are, by their colours or by their places. A
 * drill in looking up, from each to all others: the answer for a thing begins with what it was asked by.
 */
final class Listing {
    private static final List<Function<Thing, String>> TOLD = List.of(
            thing -> thing.kind().word(),
            thing -> thing.hue().word(),
            thing -> thing.size().word(),
            thing -> thing.cell().word(),
            thing -> thing.pattern() == Pattern.PLAIN ? "" : thing.pattern().word(),
            thing -> thing.worn() == null ? "" : thing.worn().accessory().word());
    private static final List<Function<Thing, String>> KEYS = List.of(TOLD.get(0), TOLD.get(1), TOLD.get(3));

    private Listing() {}

    /** Null where things share what they would be asked by. */
    static @Nullable SceneQuestion ask(Scene scene, SplittableRandom random) {
        Function<Thing, String> key = KEYS.get(random.nextInt(KEYS.size()));
        List<Thing> things = new ArrayList<>(scene.things());
        Set<String> keys = things.stream().map(key).collect(Collectors.toCollection(HashSet::new));
        if (keys.size() < things.size()) {
            return null;
        }
        for (int i = things.size() - 1; i > 0; i--) {
            things.set(i, things.set(random.nextInt(i + 1), things.get(i)));
        }
        return new SceneQuestion(
                Topic.LIST,
                "List " + joined(things, key) + ".",
                joined(
                        things,
                        thing -> Stream.concat(Stream.of(key), TOLD.stream().filter(other -> other != key))
                                .map(told -> told.apply(thing))
                                .filter(told -> !told.isEmpty())
                                .collect(Collectors.joining(" "))));
    }

    private static String joined(List<Thing> things, Function<Thing, String> said) {
        return things.stream().map(said).collect(Collectors.joining(", "));
    }
}
