package org.moslora.serve;

import java.util.List;
import java.util.function.Consumer;

/**
 * An answer on its way to whoever reads it: a character whose bytes are not all there yet waits, and so does what may be the
 * beginning of a text to stop at.
 */
final class ShownText {
    private final List<String> stops;
    private final Consumer<String> written;
    private final StringBuilder shown = new StringBuilder();

    /** Ends writing at a text to stop at. */
    static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Ended() {
            super("a text to stop at was reached");
        }
    }

    ShownText(List<String> stops, Consumer<String> written) {
        this.stops = List.copyOf(stops);
        this.written = written;
    }

    /**
     * Shows what is new and sure.
     *
     * @param text the whole so far
     * @throws Ended where a text to stop at is in it
     */
    void show(String text) {
        int end = stop(text);
        boolean half = text.endsWith("\uFFFD");
        upTo(text, end >= 0 ? end : half ? shown.length() : text.length() - waiting(text));
        if (end >= 0) {
            throw new Ended();
        }
    }

    /** Shows the rest. */
    void end(String text) {
        int end = stop(text);
        upTo(text, end >= 0 ? end : text.length());
    }

    String text() {
        return shown.toString();
    }

    private void upTo(String text, int end) {
        if (end > shown.length() && text.startsWith(shown.toString())) {
            String fresh = text.substring(shown.length(), end);
            shown.append(fresh);
            written.accept(fresh);
        } else {
            written.accept("");
        }
    }

    private int stop(String text) {
        return stops.stream()
                .mapToInt(text::indexOf)
                .filter(at -> at >= 0)
                .min()
                .orElse(-1);
    }

    /** How many characters at the end may begin a text to stop at. */
    private int waiting(String text) {
        int most = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, text.length()); length > most; length--) {
                if (text.endsWith(stop.substring(0, length))) {
                    most = length;
                }
            }
        }
        return most;
    }
}
