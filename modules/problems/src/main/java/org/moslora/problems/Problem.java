package org.moslora.problems;

/**
 * One thing that is wrong with the user's input.
 *
 * @param where the file, recipe key, tensor or conversation at fault, as the user knows it
 * @param what the rule, the value that breaks it and the likely mistake, as one line of prose
 * @param rule a short name of the rule, by which many of one kind are told as a few and a count; empty where what is said
 *     has to tell
 */
public record Problem(String where, String what, String rule) {
    public Problem {
        where = oneLine(where);
        what = oneLine(what);
    }

    /** A problem whose kind follows from what it says. */
    public Problem(String where, String what) {
        this(where, what, "");
    }

    /** The same as one of those that break a rule. */
    public Problem of(String otherRule) {
        return new Problem(where, what, otherRule);
    }

    /** What problems of one kind have in common: the rule, else what they say without the values in it. */
    String kind() {
        if (!rule.isEmpty()) {
            return rule;
        }
        return what.replaceAll("\"[^\"]*\"|'[^']*'", "?").replaceAll("\\S*[0-9/\\\\]\\S*", "?");
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    @Override
    public String toString() {
        return where.isEmpty() ? what : where + ": " + what;
    }
}
