package org.moslora.datasets.miniature.language;

import java.util.List;
import org.moslora.datasets.miniature.world.ThingKind;

/** What is true of each kind, in a few words that are true of no other kind. */
@SuppressWarnings("EnumOrdinal") // the lists are in the order of the kinds
enum Relation {
    HAS(
            "What does %s have?",
            "%s has %s",
            List.of(
                    "whiskers",
                    "a wet nose",
                    "a beak",
                    "fins",
                    "buttons",
                    "a roof",
                    "leaves",
                    "petals",
                    "wheels",
                    "sails",
                    "a handle",
                    "only air inside",
                    "gills",
                    "a shell",
                    "a cap",
                    "a cloth top",
                    "an engine")),
    DOES(
            "What does %s do?",
            "%s %s",
            List.of(
                    "purrs",
                    "barks",
                    "sings",
                    "swims",
                    "beeps",
                    "keeps people warm",
                    "gives shade",
                    "smells sweet",
                    "drives",
                    "floats",
                    "holds tea",
                    "bounces",
                    "smiles",
                    "walks slowly",
                    "grows in one night",
                    "keeps rain off",
                    "flies to the moon")),
    LIKES(
            "What is good for %s?",
            "for %s %s is good",
            List.of(
                    "milk",
                    "a bone",
                    "a seed",
                    "clean water",
                    "oil",
                    "new paint",
                    "deep soil",
                    "sun and rain",
                    "fuel",
                    "wind",
                    "warm tea",
                    "a strong kick",
                    "a small worm",
                    "fresh salad",
                    "wet moss",
                    "a dry stand",
                    "a long countdown")),
    FOUND(
            "Where is %s at home?",
            "%s is at home %s",
            List.of(
                    "on the sofa",
                    "in a kennel",
                    "in a nest",
                    "under water",
                    "in a lab",
                    "in a street",
                    "in a park",
                    "in a vase",
                    "in a garage",
                    "in a harbour",
                    "in a kitchen",
                    "in a playground",
                    "in a cave lake",
                    "on an island",
                    "under a log",
                    "in a stand",
                    "on a launch pad"));

    private final String question;
    private final String statement;
    private final List<String> values;

    Relation(String question, String statement, List<String> values) {
        this.question = question;
        this.statement = statement;
        this.values = values;
    }

    /** What is true of a kind. */
    String of(ThingKind kind) {
        return values.get(kind.ordinal());
    }

    /** Asks for it. */
    String question(ThingKind kind) {
        return String.format(question, kind.withArticle());
    }

    /** Says it. */
    String statement(ThingKind kind) {
        return claim(kind, kind) + ".";
    }

    /** Says of a kind what is true of another, or of itself; without a full stop. */
    String claim(ThingKind kind, ThingKind other) {
        return String.format(statement, kind.withArticle(), of(other));
    }
}
