package org.moslora.console.html;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML that is XML as well: every element is closed, every text and every attribute escaped. An attribute is a
 * name and its value after it.
 */
public final class Html {
    private final StringBuilder written = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** Opens an element. */
    public Html open(String tag, String... attributes) {
        start(tag, attributes);
        written.append('>');
        open.push(tag);
        return this;
    }

    /** Closes the element that was opened last. */
    public Html close() {
        written.append("</").append(open.pop()).append('>');
        if (open.size() <= 3) {
            written.append('\n');
        }
        return this;
    }

    /** An element without content. */
    public Html empty(String tag, String... attributes) {
        start(tag, attributes);
        written.append("/>");
        return this;
    }

    /** An element with a text in it. */
    public Html element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** A text. */
    public Html text(String text) {
        written.append(escaped(text));
        return this;
    }

    /** A style sheet, which holds neither {@code <} nor {@code &}. */
    public Html style(String sheet) {
        if (sheet.contains("<") || sheet.contains("&")) {
            throw new IllegalArgumentException("a style sheet with < or & in it");
        }
        open("style");
        written.append(sheet);
        return close();
    }

    /** What another one wrote. */
    public Html add(Html other) {
        written.append(other.fragment());
        return this;
    }

    /** All of it, which is a part of a page. */
    public String fragment() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("still open: " + open);
        }
        return written.toString();
    }

    /** The whole page. */
    public String finished() {
        return "<!DOCTYPE html>\n" + fragment();
    }

    private void start(String tag, String... attributes) {
        written.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            written.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(character -> {
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(isText(character) ? character : '\uFFFD');
            }
        });
        return escaped.toString();
    }

    /** Controls, halves of pairs of surrogates and the two last of a plane are no text. */
    private static boolean isText(int character) {
        boolean blank = character == '\n' || character == '\t';
        boolean half = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
        return blank || !(Character.isISOControl(character) || half || (character & 0xFFFE) == 0xFFFE);
    }
}
