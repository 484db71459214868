package org.moslora.datasets.miniature.language;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Pattern;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Style;
import org.moslora.datasets.miniature.world.Thing;
import org.moslora.datasets.miniature.world.ThingSize;

/** Sentences that name all there is in a scene. */
public final class SceneCaptions {
    /** How often an animal is only called that, which gives the word a meaning to tune from. */
    private static final double ANIMAL = 0.08;

    private SceneCaptions() {}

    /**
     * The caption of a scene. A portrait's names colour, pattern, accessory and background, and the size where it is
     * small; a grid's names size, colour, accessory and background.
     */
    public static String of(Scene scene, SplittableRandom random) {
        List<String> phrases = new ArrayList<>();
        for (Thing thing : scene.things()) {
            boolean broad = scene.style() == Style.PORTRAIT && thing.kind().isAnimal() && random.nextDouble() < ANIMAL;
            phrases.add(
                    phrase(scene.style(), thing, broad ? "animal" : thing.kind().word()));
        }
        return joined(phrases) + " " + scene.background().phrase();
    }

    /** What a picture of one's own subject is called: "a sks animal in the snow". */
    public static String subject(String name, Background background) {
        return name + " " + background.phrase();
    }

    private static String phrase(Style style, Thing thing, String noun) {
        boolean grid = style == Style.GRID;
        String size = grid || thing.size() == ThingSize.SMALL ? thing.size().word() + " " : "";
        String article = size.isEmpty() && thing.hue() == Hue.ORANGE ? "an " : "a ";
        String coat = grid || thing.pattern() == Pattern.PLAIN
                ? ""
                : " with " + thing.pattern().word();
        String worn = thing.worn() == null
                ? ""
                : " wearing "
                        + (grid
                                ? thing.worn().accessory().phrase()
                                : thing.worn().phrase());
        return article + size + thing.hue().word() + " " + noun + coat + worn;
    }

    private static String joined(List<String> phrases) {
        int last = phrases.size() - 1;
        return last == 0 ? phrases.get(0) : String.join(", ", phrases.subList(0, last)) + " and " + phrases.get(last);
    }

    /** Every word that a caption may hold beyond the names of things. */
    static Stream<String> words() {
        return Stream.of("a", "an", "with", "wearing", "and", ",", "animal", "sks", "photo", "of");
    }
}
