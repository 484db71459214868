package org.moslora.examples.text;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a text says places of a picture by tags or keys that nobody writes for anything else. */
final class BoxPattern {
    private static final String NUMBERS = "[\\d\\s.,()\\[\\]-]*";
    /** Numbers that are x and y by turns; the one group that matched has them. */
    private static final Pattern LISTS =
            Pattern.compile("[\"'](?:bbox_2d|point_2d)[\"']\\s*:\\s*(\\[" + NUMBERS + "\\])"
                    + "|<\\|box_start\\|>(" + NUMBERS + ")<\\|box_end\\|>"
                    + "|<\\|quad_start\\|>(" + NUMBERS + ")<\\|quad_end\\|>"
                    + "|<box>(" + NUMBERS + ")</box>"
                    + "|<quad>(" + NUMBERS + ")</quad>"
                    + "|<points?\\b([^<>]*)>");
    /** The last of the groups, whose numbers are named. */
    private static final int NAMED = 6;

    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?");
    private static final Pattern ATTRIBUTE =
            Pattern.compile("\\b([xy])\\d*\\s*=\\s*[\"']?(-?\\d+(?:\\.\\d+)?)(?![\\d.%])");

    private BoxPattern() {}

    /** Something that is done with each coordinate. */
    @FunctionalInterface
    interface Coordinate {
        /**
         * @param place of the box in the text
         * @param down whether it is a y
         * @return what is to stand in its place
         */
        String of(int place, boolean down, String number);
    }

    /** How many boxes and points a text says. */
    static int count(String text) {
        return (int) LISTS.matcher(text).results().filter(BoxPattern::isOne).count();
    }

    /** The text with other numbers. */
    static String replaced(String text, Coordinate coordinate) {
        StringBuilder all = new StringBuilder();
        int done = 0;
        for (MatchResult found : LISTS.matcher(text).results().toList()) {
            if (isOne(found)) {
                int group = group(found);
                all.append(text, done, found.start(group));
                all.append(numbers(found.group(group), group == NAMED, found.start(), coordinate));
                done = found.end(group);
            }
        }
        return all.append(text, done, text.length()).toString();
    }

    private static boolean isOne(MatchResult found) {
        String inside = found.group(group(found));
        boolean named = group(found) == NAMED;
        long count = (named ? ATTRIBUTE : NUMBER).matcher(inside).results().count();
        return count > 0 && count % 2 == 0;
    }

    private static int group(MatchResult found) {
        int group = 1;
        while (found.group(group) == null) {
            group++;
        }
        return group;
    }

    private static String numbers(String inside, boolean named, int place, Coordinate coordinate) {
        Matcher number = (named ? ATTRIBUTE : NUMBER).matcher(inside);
        int group = named ? 2 : 0;
        StringBuilder all = new StringBuilder();
        int done = 0;
        boolean down = false;
        while (number.find()) {
            boolean vertical = named ? number.group(1).equals("y") : down;
            all.append(inside, done, number.start(group));
            all.append(coordinate.of(place, vertical, number.group(group)));
            done = number.end(group);
            down = !down;
        }
        return all.append(inside, done, inside.length()).toString();
    }
}
