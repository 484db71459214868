package org.moslora.console.recipe;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/**
 * Single values to Java and back. What cannot be read is an {@code IllegalArgumentException} whose message completes a
 * sentence that begins with the key.
 */
final class Scalars {
    /** No leading zeros: YAML 1.1 takes them for octal, people do not. */
    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9_]*)");

    private static final Pattern NUMBER =
            Pattern.compile("[-+]?([0-9][0-9_]*(\\.[0-9_]*)?|\\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?");

    private static final Set<String> YES = Set.of("true", "yes", "on");
    private static final Set<String> NO = Set.of("false", "no", "off");

    private Scalars() {}

    static Object read(Class<?> type, YamlValue.Scalar scalar, Spellings spellings) {
        String text = scalar.text();
        if (spellings.know(type)) {
            return custom(type, text, spellings);
        } else if (type == String.class) {
            return text;
        } else if (type == int.class || type == Integer.class) {
            return (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else if (type == long.class || type == Long.class) {
            return whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (type == double.class || type == Double.class) {
            return number(text);
        } else if (type == boolean.class || type == Boolean.class) {
            return flag(text);
        } else if (type.isEnum()) {
            return constant(type, text);
        }
        throw new IllegalStateException("a recipe cannot hold " + type);
    }

    private static Object custom(Class<?> type, String text, Spellings spellings) {
        try {
            return spellings.read(type, text);
        } catch (InvalidInput invalid) {
            throw new IllegalArgumentException(invalid.problems().get(0).what(), invalid);
        }
    }

    private static long whole(String text, long least, long most) {
        if (WHOLE.matcher(text).matches()) {
            try {
                long value = Long.parseLong(text.replace("_", ""));
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException tooLong) {
                // Falls through to the same message as the other numbers that do not fit.
            }
            throw new IllegalArgumentException("must be between " + least + " and " + most + ", got " + text);
        }
        throw new IllegalArgumentException("must be a whole number, got \"" + text + '"');
    }

    private static double number(String text) {
        double value = NUMBER.matcher(text).matches() ? Double.parseDouble(text.replace("_", "")) : Double.NaN;
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("must be a number, got \"" + text + '"');
        }
        return value;
    }

    private static boolean flag(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        if (!YES.contains(word) && !NO.contains(word)) {
            throw new IllegalArgumentException("must be true or false, got \"" + text + '"');
        }
        return YES.contains(word);
    }

    private static Object constant(Class<?> type, String text) {
        String wanted = text.replace('_', '-');
        return constants(type)
                .filter(constant -> spell(constant).replace('_', '-').equalsIgnoreCase(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(unknown(text, words(type))));
    }

    private static Stream<Enum<?>> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants()).map(constant -> (Enum<?>) constant);
    }

    /** How the constants of an enum are written. */
    static List<String> words(Class<?> type) {
        return constants(type).map(Scalars::spell).toList();
    }

    private static String unknown(String text, List<String> known) {
        String nearest = NearestName.to(text, known)
                .map(name -> " (did you mean " + name + "?)")
                .orElse("");
        return "must be one of " + String.join(", ", known) + ", got \"" + text + '"' + nearest;
    }

    /** An enum constant's own {@code toString} counts; without one its name with dashes. */
    private static String spell(Enum<?> constant) {
        String name = constant.name();
        return constant.toString().equals(name) ? name.toLowerCase(Locale.ROOT).replace('_', '-') : constant.toString();
    }

    static String write(Object value, Spellings spellings) {
        if (spellings.know(value.getClass())) {
            return spellings.write(value);
        } else if (value instanceof Enum<?> constant) {
            return spell(constant);
        } else if (value instanceof Path path) {
            return path.toAbsolutePath().normalize().toString();
        } else if (value instanceof Double) {
            // Other readers of YAML 1.1 want a sign on the exponent.
            return value.toString().replace("E-", "e-").replace("E", "e+");
        }
        return value.toString();
    }
}
