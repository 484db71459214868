package org.moslora.datasets.miniature.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Thing;
import org.moslora.datasets.miniature.world.ThingKind;

/**
 * What can be said without a picture: facts about kinds, and small stories, which are scenes in words. Every fact is
 * told in training; for one in four, how it looks as an exercise is seen only in validation or testing.
 */
public final class WorldFacts {
    private static final int OPTIONS = 4;
    private static final List<ThingKind> KINDS = List.of(ThingKind.values());
    private static final List<Relation> RELATIONS = List.of(Relation.values());

    private WorldFacts() {}

    /**
     * A fact, told or asked for.
     *
     * @param question asks for it
     * @param answer the few words that are asked for
     * @param statement the whole sentence
     */
    public record Fact(String question, String answer, String statement) {}

    /** All facts. */
    public static List<Fact> all() {
        List<Fact> facts = new ArrayList<>();
        for (Relation relation : Relation.values()) {
            for (ThingKind kind : ThingKind.values()) {
                facts.add(new Fact(relation.question(kind), relation.of(kind), relation.statement(kind)));
            }
        }
        return facts;
    }

    /** Asks for a fact that belongs to a part of the data. */
    public static OpenQuestion open(Split split, SplittableRandom random) {
        Subject subject = subject(split, random);
        return new OpenQuestion(
                subject.relation().question(subject.kind()), subject.relation().of(subject.kind()));
    }

    /** What a fact is about. */
    record Subject(ThingKind kind, Relation relation) {}

    /** A multiple-choice question about a fact that belongs to a part of the data. */
    public static Choice about(Split split, SplittableRandom random) {
        Subject subject = subject(split, random);
        Relation asked = subject.relation();
        List<String> values = KINDS.stream().map(asked::of).toList();
        return choice(asked.question(subject.kind()), asked.of(subject.kind()), values, random);
    }

    /** Any of the facts that belong to a part of the data. */
    static Subject subject(Split split, SplittableRandom random) {
        ThingKind kind;
        Relation relation;
        do {
            kind = KINDS.get(random.nextInt(KINDS.size()));
            relation = RELATIONS.get(random.nextInt(RELATIONS.size()));
        } while (split(kind, relation) != split);
        return new Subject(kind, relation);
    }

    /** The part of the data in which a fact is asked for as an exercise. */
    @SuppressWarnings("EnumOrdinal") // the order of the constants is part of the rule
    static Split split(ThingKind kind, Relation relation) {
        return switch ((kind.ordinal() + 3 * relation.ordinal()) % 8) {
            case 6 -> Split.VALIDATION;
            case 7 -> Split.TEST;
            default -> Split.TRAIN;
        };
    }

    /** A multiple-choice question about a scene that is told in words. */
    public static Choice story(Scene scene, SplittableRandom random) {
        List<Thing> alone = alone(scene);
        String told = told(scene);
        int form = random.nextInt(alone.isEmpty() ? 1 : 3);
        if (form == 0) {
            return choice(
                    told + " Where is it?",
                    scene.background().phrase(),
                    words(Background.values(), Background::phrase),
                    random);
        }
        Thing thing = alone.get(random.nextInt(alone.size()));
        if (form == 1 || !only(scene, Thing::hue, thing)) {
            return choice(
                    told + " What colour is the " + thing.kind().word() + "?",
                    thing.hue().word(),
                    words(Hue.values(), Hue::word),
                    random);
        }
        return choice(
                told + " Which thing is " + thing.hue().word() + "?",
                thing.kind().word(),
                words(ThingKind.values(), ThingKind::word),
                random);
    }

    /** The things of which the scene has no other of their kind. */
    static List<Thing> alone(Scene scene) {
        return scene.things().stream()
                .filter(thing -> only(scene, Thing::kind, thing))
                .toList();
    }

    static String told(Scene scene) {
        String things = scene.things().stream().map(WorldFacts::seen).collect(Collectors.joining(" and "));
        return "there is " + things + " " + scene.background().phrase() + ".";
    }

    static String seen(Thing thing) {
        return named(thing.hue(), thing.kind());
    }

    static String named(Hue hue, ThingKind kind) {
        return (hue == Hue.ORANGE ? "an " : "a ") + hue.word() + " " + kind.word();
    }

    private static boolean only(Scene scene, Function<Thing, ?> property, Thing thing) {
        return scene.things().stream()
                        .filter(other -> property.apply(other).equals(property.apply(thing)))
                        .count()
                == 1;
    }

    private static <T> List<String> words(T[] values, Function<T, String> word) {
        return Arrays.stream(values).map(word).toList();
    }

    /** Puts the right option among others, in each place as often. */
    private static Choice choice(String question, String right, List<String> values, SplittableRandom random) {
        List<String> options = new ArrayList<>();
        while (options.size() < OPTIONS - 1) {
            String other = values.get(random.nextInt(values.size()));
            if (!other.equals(right) && !options.contains(other)) {
                options.add(other);
            }
        }
        int place = random.nextInt(OPTIONS);
        options.add(place, right);
        return new Choice(question, options, place);
    }
}
