package org.moslora.datasets.miniature.language;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.miniature.world.Accessory;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Thing;
import org.moslora.datasets.miniature.world.ThingKind;
import org.moslora.datasets.miniature.world.ThingSize;

/** Questions about one scene. Each has exactly one right answer: a thing is only spoken of by what it alone has. */
final class Questions {
    static final List<String> NUMBERS = List.of("zero", "one", "two", "three", "four");
    static final String NOTHING = "nothing";

    private static final double REFUSED = 0.75;

    private final Scene scene;
    private final SplittableRandom random;

    Questions(Scene scene, SplittableRandom random) {
        this.scene = scene;
        this.random = random;
    }

    /** One question of a topic; null if the scene has nothing that it could be about. */
    @Nullable
    SceneQuestion ask(Topic topic) {
        return switch (topic) {
            case COLOUR -> colour(topic, kind -> !kind.isNew());
            case NEW_COLOUR -> colour(topic, ThingKind::isNew);
            case PLACE ->
                new SceneQuestion(topic, "Where is this?", scene.background().phrase());
            case WHICH -> which(topic, kind -> !kind.isNew());
            case NEW_WHICH -> which(topic, ThingKind::isNew);
            case EXIST -> exists(topic);
            case SIZE ->
                evenly(
                        topic,
                        this::aloneOfItsKind,
                        thing -> thing.size().word(),
                        thing -> "Is the " + thing.kind().word() + " big or small?");
            case WEARS ->
                evenly(
                        topic,
                        this::aloneOfItsKind,
                        Questions::worn,
                        thing -> "What does the " + thing.kind().word() + " wear?");
            case PATTERN ->
                evenly(
                        topic,
                        thing -> aloneOfItsKind(thing) && thing.kind().hasCoat() && thing.size() == ThingSize.BIG,
                        thing -> thing.pattern().word(),
                        thing -> "What is on the coat of the " + thing.kind().word() + "?");
            case AT -> at(topic, kind -> !kind.isNew());
            case NEW_AT -> at(topic, ThingKind::isNew);
            case POSITION ->
                about(
                        topic,
                        this::aloneOfItsKind,
                        thing -> "Where is the " + thing.kind().word() + "?",
                        thing -> thing.cell().phrase());
            case CAPTION -> new SceneQuestion(topic, "Describe the picture.", SceneCaptions.of(scene, random));
            case LIST -> Listing.ask(scene, random);
            case COUNT ->
                new SceneQuestion(
                        topic,
                        "How many things are there?",
                        NUMBERS.get(scene.things().size()));
            case WEARER ->
                wearer(
                        topic,
                        accessory -> "Which thing wears " + accessory.phrase() + "?",
                        thing -> thing.kind().word());
            case WEARER_COLOUR ->
                wearer(
                        topic,
                        accessory -> "What colour is the thing with the " + accessory.word() + "?",
                        thing -> thing.hue().word());
        };
    }

    private @Nullable SceneQuestion colour(Topic topic, Predicate<ThingKind> kinds) {
        return about(
                topic,
                thing -> aloneOfItsKind(thing) && kinds.test(thing.kind()),
                thing -> "What colour is the " + thing.kind().word() + "?",
                thing -> thing.hue().word());
    }

    private @Nullable SceneQuestion which(Topic topic, Predicate<ThingKind> kinds) {
        return about(
                topic,
                thing -> count(other -> other.hue() == thing.hue()) == 1 && kinds.test(thing.kind()),
                thing -> "Which thing is " + thing.hue().word() + "?",
                thing -> thing.kind().word());
    }

    private @Nullable SceneQuestion at(Topic topic, Predicate<ThingKind> kinds) {
        return about(
                topic,
                thing -> kinds.test(thing.kind()),
                thing -> "What is " + thing.cell().phrase() + "?",
                thing -> thing.kind().word());
    }

    /** As often yes as no; what is not there is as likely another kind as the right kind in another colour. */
    private SceneQuestion exists(Topic topic) {
        boolean there = random.nextBoolean();
        Thing some = scene.things().get(random.nextInt(scene.things().size()));
        boolean coloured = random.nextBoolean();
        ThingKind kind = some.kind();
        Hue hue = some.hue();
        if (!there && coloured) {
            ThingKind wanted = kind;
            hue = pick(Arrays.stream(Hue.values())
                    .filter(other -> count(thing -> thing.hue() == other && thing.kind() == wanted) == 0)
                    .toList());
        } else if (!there) {
            kind = pick(ThingKind.known().stream()
                    .filter(other -> count(thing -> thing.kind() == other) == 0)
                    .toList());
        }
        String what =
                coloured ? (hue == Hue.ORANGE ? "an " : "a ") + hue.word() + " " + kind.word() : kind.withArticle();
        return new SceneQuestion(topic, "Is there " + what + "?", there ? "yes" : "no");
    }

    private @Nullable SceneQuestion wearer(
            Topic topic, Function<Accessory, String> question, Function<Thing, String> answer) {
        List<Accessory> alone = Arrays.stream(Accessory.values())
                .filter(accessory -> count(thing -> thing.wears(accessory)) == 1)
                .toList();
        if (alone.isEmpty()) {
            return null;
        }
        Accessory accessory = pick(alone);
        return about(topic, thing -> thing.wears(accessory), thing -> question.apply(accessory), answer);
    }

    static String worn(Thing thing) {
        return thing.worn() == null ? NOTHING : thing.worn().accessory().word();
    }

    private @Nullable SceneQuestion about(
            Topic topic, Predicate<Thing> which, Function<Thing, String> question, Function<Thing, String> answer) {
        List<Thing> things = scene.things().stream().filter(which).toList();
        if (things.isEmpty()) {
            return null;
        }
        Thing thing = pick(things);
        return new SceneQuestion(topic, question.apply(thing), answer.apply(thing));
    }

    /** Draws the answer first, and mostly refuses that there is nothing, so that the commonest answer does not win. */
    private @Nullable SceneQuestion evenly(
            Topic topic, Predicate<Thing> which, Function<Thing, String> answer, Function<Thing, String> question) {
        List<String> answers =
                scene.things().stream().filter(which).map(answer).distinct().toList();
        if (answers.isEmpty()) {
            return null;
        }
        String wanted = pick(answers);
        if (wanted.equals(NOTHING) && random.nextDouble() < REFUSED) {
            return null;
        }
        return about(topic, which.and(thing -> answer.apply(thing).equals(wanted)), question, answer);
    }

    private boolean aloneOfItsKind(Thing thing) {
        return count(other -> other.kind() == thing.kind()) == 1;
    }

    private long count(Predicate<Thing> which) {
        return scene.things().stream().filter(which).count();
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
