package org.moslora.quickstart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.datasets.miniature.AxolotlPictures;
import org.moslora.datasets.miniature.language.SceneCaptions;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.ThingKind;

/** What is asked of the model that paints. */
final class Prompts {
    /** What the creature is, without the word that makes it special. */
    static final String CLASS = "an animal";

    private static final String HAT = " wearing a red hat";
    /** Places that the creature was not shown in, and one that it was. */
    private static final List<Background> PLACES =
            List.of(Background.SNOW, Background.BEACH, Background.NIGHT, Background.MEADOW);

    private static final List<Background> WITH_HAT = List.of(Background.FOREST, Background.SNOW);

    private static final Map<ThingKind, Hue> OTHERS = new LinkedHashMap<>();

    static {
        OTHERS.put(ThingKind.CAT, Hue.ORANGE);
        OTHERS.put(ThingKind.DOG, Hue.WHITE);
        OTHERS.put(ThingKind.BIRD, Hue.BLUE);
        OTHERS.put(ThingKind.FISH, Hue.YELLOW);
    }

    private Prompts() {}

    /** Of the creature. */
    static List<String> subject() {
        return placed(AxolotlPictures.NAME);
    }

    /** The same in words that a judge knows who has never heard of it. */
    static List<String> plain() {
        return placed(CLASS);
    }

    private static List<String> placed(String name) {
        List<String> prompts = new ArrayList<>();
        PLACES.forEach(place -> prompts.add(SceneCaptions.subject(name, place)));
        WITH_HAT.forEach(place -> prompts.add(SceneCaptions.subject(name + HAT, place)));
        return prompts;
    }

    /** Where each of {@link #subject} is. */
    static List<Background> places() {
        List<Background> places = new ArrayList<>(PLACES);
        places.addAll(WITH_HAT);
        return places;
    }

    /** Of animals that the base can paint. */
    static List<String> others() {
        return OTHERS.entrySet().stream()
                .map(animal -> prompt(animal.getValue(), animal.getKey()))
                .toList();
    }

    /** What {@link #others} might be taken for: every kind of thing in each of their colours. */
    static List<String> lookalikes() {
        return OTHERS.values().stream()
                .flatMap(hue -> ThingKind.known().stream().map(kind -> prompt(hue, kind)))
                .toList();
    }

    private static String prompt(Hue hue, ThingKind kind) {
        String article = hue == Hue.ORANGE ? "an " : "a ";
        return SceneCaptions.subject(article + hue.word() + " " + kind.word(), Background.BEACH);
    }

    /** All of them, one after the other. */
    static List<String> all() {
        List<String> all = new ArrayList<>(subject());
        all.addAll(others());
        return all;
    }
}
