package org.moslora.pictures;

/** Numbers as people write them. */
final class NumberText {
    private NumberText() {}

    /** The shortest text that reads back as the same number, without a fraction where there is none. */
    static String shortest(double value) {
        String text = Double.toString(value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
