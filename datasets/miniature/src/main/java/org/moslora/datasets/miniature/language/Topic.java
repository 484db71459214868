package org.moslora.datasets.miniature.language;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What questions are about. */
public enum Topic {
    COLOUR(Stage.BASE),
    PLACE(Stage.BASE),
    WHICH(Stage.BASE),
    EXIST(Stage.BASE),
    SIZE(Stage.BASE),
    WEARS(Stage.BASE),
    PATTERN(Stage.BASE),
    AT(Stage.BASE),
    POSITION(Stage.BASE),
    /** A sentence that names everything; a turn of its own. */
    CAPTION(Stage.BASE),
    /** Asks for everything about each thing in a given order; a turn of its own. */
    LIST(Stage.BASE),

    COUNT(Stage.SKILL),
    WEARER(Stage.SKILL),
    WEARER_COLOUR(Stage.SKILL),
    NEW_COLOUR(Stage.SKILL),
    NEW_WHICH(Stage.SKILL),
    NEW_AT(Stage.SKILL);

    private enum Stage {
        BASE,
        SKILL
    }

    private final Stage stage;

    Topic(Stage stage) {
        this.stage = stage;
    }

    /** What base models are trained to answer. */
    public static List<Topic> base() {
        return Arrays.stream(values())
                .filter(topic -> topic.stage == Stage.BASE)
                .toList();
    }

    /** What base models have never been asked. */
    public static List<Topic> skills() {
        return Arrays.stream(values())
                .filter(topic -> topic.stage == Stage.SKILL)
                .toList();
    }

    /** Whether its answer tells so much that nothing can be asked beside it. */
    boolean standsAlone() {
        return this == CAPTION || this == LIST;
    }

    /** Whether it is easy and every scene can be asked about it; then it is asked later than others, or it would crowd them out. */
    boolean isAlwaysAskable() {
        return this == PLACE || this == COUNT;
    }

    /** How files name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
