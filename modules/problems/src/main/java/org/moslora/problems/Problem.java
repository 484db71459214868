package org.moslora.problems;

/**
 * One thing that is wrong with the user's input.
 *
 * @param where the file, recipe key, tensor or conversation at fault, as the user knows it
 * @param what the rule, the value that breaks it and the likely mistake, as one line of prose
 */
public record Problem(String where, String what) {
    public Problem {
        where = oneLine(where);
        what = oneLine(what);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    @Override
    public String toString() {
        return where.isEmpty() ? what : where + ": " + what;
    }
}
