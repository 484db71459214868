package org.moslora.examples.tokenizer;

import org.moslora.problems.InvalidInput;

/**
 * What the shape of a regular expression says of its cost: repetition of what is itself of varying length can be tried
 * in exponentially many ways. Names what it meets; knows no semantics beyond that.
 */
final class PatternShape {
    private static final int DEEPEST = 50;
    private static final int MOST_COPIES = 10_000;
    private static final int UNBOUNDED = Integer.MAX_VALUE;

    private final String where;
    private final String text;
    private final Part whole;
    private int at;

    PatternShape(String where, String text) {
        this.where = where;
        this.text = text;
        this.whole = alternatives(0);
        if (at < text.length()) {
            throw broken("a bracket too many");
        }
    }

    /**
     * A part of the expression.
     *
     * @param empty whether it may match nothing
     * @param varying whether it may match in more than one length or way
     * @param copies how many letters it is written out to
     */
    private record Part(boolean empty, boolean varying, long copies) {
        static final Part NOTHING = new Part(true, false, 0);
        static final Part LETTER = new Part(false, false, 1);

        Part then(Part next) {
            return new Part(empty && next.empty, varying || next.varying, copies + next.copies);
        }

        Part or(Part other) {
            return new Part(empty || other.empty, true, copies + other.copies);
        }
    }

    boolean matchesNothing() {
        return whole.empty();
    }

    private Part alternatives(int depth) {
        if (depth > DEEPEST) {
            throw broken("brackets more than " + DEEPEST + " deep");
        }
        Part part = sequence(depth);
        while (more('|')) {
            at++;
            part = part.or(sequence(depth));
        }
        return part;
    }

    private Part sequence(int depth) {
        Part part = Part.NOTHING;
        boolean stacked = false;
        while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
            if (stacked) {
                throw broken("a repetition of a repetition");
            }
            boolean group = text.charAt(at) == '(';
            Part next = atom(depth);
            int before = at;
            next = repeated(next, group);
            stacked = at > before && text.charAt(at - 1) == '+' && text.charAt(at - 2) == '}';
            part = part.then(next);
            if (part.copies() > MOST_COPIES) {
                throw broken("repetitions that are written out to more than " + MOST_COPIES + " letters");
            }
        }
        return part;
    }

    private Part repeated(Part part, boolean group) {
        int[] times = times();
        if (times.length == 0) {
            return part;
        }
        if (times[1] > 1 && group && part.varying()) {
            throw broken("a repetition of what is of varying length");
        }
        while (more('?') || more('+')) {
            at++;
        }
        if (more('*') || more('{')) {
            throw broken("a repetition of a repetition");
        }
        long copies = part.copies() * Math.max(1, times[1] == UNBOUNDED ? times[0] : times[1]);
        return new Part(part.empty() || times[0] == 0, part.varying() || times[0] != times[1], copies);
    }

    /** Least and most times of the repetition that stands here, none if there is none. */
    private int[] times() {
        if (more('*') || more('+') || more('?')) {
            char kind = text.charAt(at++);
            return new int[] {kind == '+' ? 1 : 0, kind == '?' ? 1 : UNBOUNDED};
        }
        int close = more('{') ? text.indexOf('}', at) : -1;
        if (close < 0 || !text.substring(at + 1, close).matches("\\d{1,6}(,\\d{0,6})?|,\\d{1,6}")) {
            return new int[0];
        }
        String[] ends = text.substring(at + 1, close).split(",", -1);
        at = close + 1;
        int least = ends[0].isEmpty() ? 0 : Integer.parseInt(ends[0]);
        return new int[] {least, ends.length == 1 ? least : ends[1].isEmpty() ? UNBOUNDED : Integer.parseInt(ends[1])};
    }

    private Part atom(int depth) {
        char letter = text.charAt(at++);
        return switch (letter) {
            case '(' -> group(depth);
            case '[' -> letterClass();
            case '\\' -> escaped();
            case '^', '$' -> Part.NOTHING;
            default -> Part.LETTER;
        };
    }

    private Part group(int depth) {
        boolean looks = false;
        if (more('?')) {
            String opening = text.substring(at, Math.min(text.length(), at + 4));
            looks = opening.matches("(?s)\\?(<?[=!]).*");
            if (!looks && !opening.matches("(?s)\\?[:>].*|\\?[imsu-]+[:)].*")) {
                throw broken("a group '(" + opening + "', which is not known here");
            }
            at = endOfOpening(looks);
        }
        if (at > 0 && text.charAt(at - 1) == ')') {
            return Part.NOTHING; // (?i) holds nothing
        }
        Part part = alternatives(depth + 1);
        if (!more(')')) {
            throw broken("a bracket that is never closed");
        }
        at++;
        return looks ? new Part(true, part.varying(), part.copies()) : part;
    }

    private int endOfOpening(boolean looks) {
        int end = at + 1;
        if (looks) {
            return end + (text.charAt(end) == '<' ? 2 : 1);
        }
        while (":>)".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end + 1;
    }

    private Part letterClass() {
        int depth = 1;
        int first = more('^') ? at + 1 : at;
        for (; at < text.length(); at++) {
            char letter = text.charAt(at);
            if (letter == '\\') {
                at++;
            } else if (letter == '[') {
                depth++;
            } else if (letter == ']' && at > first && --depth == 0) {
                at++;
                return Part.LETTER;
            }
        }
        throw broken("a letter class that is never closed");
    }

    private Part escaped() {
        if (at == text.length()) {
            throw broken("a backslash at its end");
        }
        char letter = text.charAt(at++);
        if ((letter >= '1' && letter <= '9') || letter == 'k' || letter == 'g' || letter == 'K') {
            throw broken("a reference to a group");
        }
        if ((letter == 'p' || letter == 'P' || letter == 'x') && more('{')) {
            int close = text.indexOf('}', at);
            at = close < 0 ? text.length() : close + 1;
        }
        return "bBAzZG".indexOf(letter) >= 0 ? Part.NOTHING : Part.LETTER;
    }

    private boolean more(char letter) {
        return at < text.length() && text.charAt(at) == letter;
    }

    private InvalidInput broken(String what) {
        String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
        return new InvalidInput(where, "has pattern '" + shown + "' with " + what + ", whose steps have no bound");
    }
}
