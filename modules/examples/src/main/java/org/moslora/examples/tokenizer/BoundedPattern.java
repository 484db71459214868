package org.moslora.examples.tokenizer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.moslora.problems.InvalidInput;

/**
 * A regular expression of a tokenizer. The library's engine gives up after ten million steps at one place of a text,
 * and the process with it. So expressions whose steps may grow exponentially are refused, and before a text is handed
 * over, Java's engine, which goes back and tries again in the same way, takes it apart and has its steps counted.
 */
final class BoundedPattern {
    private static final int LONGEST = 10_000;
    /** Steps for each letter; patterns in use take ten to forty. */
    private static final long STEPS = 200;

    private static final long FREE = 1_000_000;
    private static final Pattern PROPERTY = Pattern.compile("\\\\([pP])\\{(\\^?)(\\w+)}");

    private final String where;
    private final Pattern pattern;
    private final boolean matchesNothing;

    private BoundedPattern(String where, Pattern pattern, boolean matchesNothing) {
        this.where = where;
        this.pattern = pattern;
        this.matchesNothing = matchesNothing;
    }

    /**
     * Reads an expression.
     *
     * @throws InvalidInput if it is none, or one whose steps have no bound
     */
    static BoundedPattern of(String where, String expression) {
        if (expression.length() > LONGEST) {
            throw new InvalidInput(
                    where, "has a pattern of " + expression.length() + " letters, " + LONGEST + " at most");
        }
        boolean matchesNothing = new PatternShape(where, expression).matchesNothing();
        return new BoundedPattern(where, compiled(where, expression), matchesNothing);
    }

    private static Pattern compiled(String where, String expression) {
        try {
            return Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS);
        } catch (PatternSyntaxException other) {
            // Scripts by their bare name, as in \p{Han}, are \p{IsHan} in Java.
            String java = PROPERTY.matcher(expression)
                    .replaceAll(found -> Matcher.quoteReplacement("\\"
                            + (found.group(2).isEmpty() ? found.group(1) : "P") + "{"
                            + (found.group(3).length() > 2 && !found.group(3).startsWith("Is") ? "Is" : "")
                            + found.group(3) + "}"));
            try {
                return Pattern.compile(java, Pattern.UNICODE_CHARACTER_CLASS);
            } catch (PatternSyntaxException broken) {
                throw new InvalidInput(
                        where, "has pattern '" + expression + "', which cannot be read: " + broken.getDescription());
            }
        }
    }

    /** Whether it may match where there is nothing. */
    boolean matchesNothing() {
        return matchesNothing;
    }

    /** @throws InvalidInput if the pattern takes too many steps on a text */
    void mustTake(String text) {
        Counted counted = new Counted(text, FREE + STEPS * text.length());
        Matcher matcher = pattern.matcher(counted);
        try {
            while (matcher.find()) {}
        } catch (TooManySteps | StackOverflowError endless) {
            throw new InvalidInput(
                    where,
                    "takes too long over a text of " + text.length() + " letters; is it right that it holds so much of"
                            + " one kind?");
        }
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }

    /** A text that ends the search when it has been looked at too often. */
    private static final class Counted implements CharSequence {
        private final String text;
        private long left;

        Counted(String text, long left) {
            this.text = text;
            this.left = left;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (left-- <= 0) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManySteps() {
            super("too many steps", null, false, false);
        }
    }
}
