package org.moslora.datasets.miniature;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Thing;

/**
 * Answers questions from their text and a scene's values alone, knowing nothing of how they were made. Fails where a
 * question fits no thing or several.
 */
record Answering(Scene scene) {
    private static final Pattern COLOUR = Pattern.compile("What colour is the (\\w+)\\?");
    private static final Pattern WEARER_COLOUR = Pattern.compile("What colour is the thing with the (\\w+)\\?");
    private static final Pattern WHICH = Pattern.compile("Which thing is (\\w+)\\?");
    private static final Pattern WEARER = Pattern.compile("Which thing wears (?:a )?(\\w+)\\?");
    private static final Pattern EXIST = Pattern.compile("Is there an? (?:(\\w+) )?(\\w+)\\?");
    private static final Pattern SIZE = Pattern.compile("Is the (\\w+) big or small\\?");
    private static final Pattern WEARS = Pattern.compile("What does the (\\w+) wear\\?");
    private static final Pattern COAT = Pattern.compile("What is on the coat of the (\\w+)\\?");
    private static final Pattern AT = Pattern.compile("What is (?:at|on|in) the ([a-z ]+)\\?");
    private static final Pattern POSITION = Pattern.compile("Where is the (\\w+)\\?");
    private static final Pattern LIST = Pattern.compile("List (.*)\\.");

    String answer(String question) {
        Matcher match;
        if (question.equals("Where is this?")) {
            return scene.background().phrase();
        } else if (question.equals("How many things are there?")) {
            return List.of("zero", "one", "two", "three", "four")
                    .get(scene.things().size());
        } else if ((match = WEARER_COLOUR.matcher(question)).matches()) {
            return colour(one(wearing(match.group(1))));
        } else if ((match = COLOUR.matcher(question)).matches()) {
            return colour(one(named(match.group(1))));
        } else if ((match = WHICH.matcher(question)).matches()) {
            return kind(one(coloured(match.group(1))));
        } else if ((match = WEARER.matcher(question)).matches()) {
            return kind(one(wearing(match.group(1))));
        } else if ((match = EXIST.matcher(question)).matches()) {
            String hue = match.group(1);
            Predicate<Thing> which = named(match.group(2)).and(hue == null ? any -> true : coloured(hue));
            return scene.things().stream().anyMatch(which) ? "yes" : "no";
        } else if ((match = SIZE.matcher(question)).matches()) {
            return lower(one(named(match.group(1))).size());
        } else if ((match = WEARS.matcher(question)).matches()) {
            Thing thing = one(named(match.group(1)));
            return thing.worn() == null ? "nothing" : lower(thing.worn().accessory());
        } else if ((match = COAT.matcher(question)).matches()) {
            return one(named(match.group(1))).pattern().word();
        } else if ((match = AT.matcher(question)).matches()) {
            String cell = match.group(1);
            return kind(one(thing -> cell(thing).equals(cell)));
        } else if ((match = POSITION.matcher(question)).matches()) {
            return one(named(match.group(1))).cell().phrase();
        } else if ((match = LIST.matcher(question)).matches()) {
            return Stream.of(match.group(1).split(", "))
                    .map(key -> listed(
                            key,
                            one(named(key)
                                    .or(coloured(key))
                                    .or(thing -> cell(thing).equals(key)))))
                    .collect(Collectors.joining(", "));
        } else if (question.equals("Describe the picture.")) {
            return caption();
        }
        throw new AssertionError("no such question: " + question);
    }

    private static String listed(String key, Thing thing) {
        String coat =
                thing.pattern() == org.moslora.datasets.miniature.world.Pattern.PLAIN ? "" : lower(thing.pattern());
        String worn = thing.worn() == null ? "" : lower(thing.worn().accessory());
        return Stream.concat(
                        Stream.of(key),
                        Stream.of(kind(thing), colour(thing), lower(thing.size()), cell(thing), coat, worn)
                                .filter(told -> !told.equals(key) && !told.isEmpty()))
                .collect(Collectors.joining(" "));
    }

    private String caption() {
        StringBuilder text = new StringBuilder();
        List<Thing> things = scene.things();
        for (int i = 0; i < things.size(); i++) {
            Thing thing = things.get(i);
            text.append(i == 0 ? "" : i == things.size() - 1 ? " and " : ", ");
            text.append("a " + lower(thing.size()) + " " + colour(thing) + " " + kind(thing));
            if (thing.worn() != null) {
                text.append(" wearing " + thing.worn().accessory().phrase());
            }
        }
        return text + " " + scene.background().phrase();
    }

    private Thing one(Predicate<Thing> which) {
        List<Thing> found = scene.things().stream().filter(which).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " things fit, of " + scene);
        }
        return found.get(0);
    }

    private static Predicate<Thing> named(String kind) {
        return thing -> kind(thing).equals(kind);
    }

    private static Predicate<Thing> coloured(String hue) {
        return thing -> colour(thing).equals(hue);
    }

    private static Predicate<Thing> wearing(String what) {
        return thing -> thing.worn() != null && lower(thing.worn().accessory()).equals(what);
    }

    private static String kind(Thing thing) {
        return lower(thing.kind());
    }

    private static String colour(Thing thing) {
        return lower(thing.hue());
    }

    private static String cell(Thing thing) {
        return lower(thing.cell()).replace('_', ' ');
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
