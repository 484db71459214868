package org.moslora.console.progress;

import java.io.PrintStream;

/** How lines reach the user. */
sealed interface TerminalLines {
    /** The state of the work; {@code important} lines (the first, the last, round numbers) are shown however soon. */
    void show(String line, long nanos, boolean important);

    /** A line that stays. */
    void note(String line);

    /** No more lines follow. */
    void end();

    /** One line that is drawn over and over, and notes above it. */
    final class Terminal implements TerminalLines {
        private static final long REDRAW_NANOS = 100_000_000L;

        /** Without wrapping, a line longer than the window is cut instead of leaving its start behind at each redraw. */
        private static final String NO_WRAP = "\033[?7l";

        private static final String WRAP = "\033[?7h";
        private static final String CLEAR = "\r\033[K";

        private final PrintStream out;
        private String shown = "";
        private long drawnAt;

        Terminal(PrintStream out) {
            this.out = out;
        }

        @Override
        public void show(String line, long nanos, boolean important) {
            boolean due = shown.isEmpty() || nanos - drawnAt >= REDRAW_NANOS;
            shown = line;
            if (due || important) {
                drawnAt = nanos;
                draw();
            }
        }

        private void draw() {
            out.print(CLEAR + NO_WRAP + Visible.text(shown) + WRAP);
            out.flush();
        }

        @Override
        public void note(String line) {
            out.print(CLEAR + Visible.text(line) + "\n");
            draw();
        }

        @Override
        public void end() {
            if (!shown.isEmpty()) {
                draw();
                out.print("\n");
                out.flush();
            }
            shown = "";
        }
    }

    /** Whole lines, now and then, for logs and pipes. */
    final class Log implements TerminalLines {
        private static final long EVERY_NANOS = 10_000_000_000L;

        private final PrintStream out;
        private String unsaid = "";
        private boolean saidAny;
        private long saidAt;

        Log(PrintStream out) {
            this.out = out;
        }

        @Override
        public void show(String line, long nanos, boolean important) {
            unsaid = line;
            if (important || !saidAny || nanos - saidAt >= EVERY_NANOS) {
                saidAt = nanos;
                say();
            }
        }

        private void say() {
            out.println(unsaid);
            out.flush();
            saidAny = true;
            unsaid = "";
        }

        @Override
        public void note(String line) {
            out.println(line);
            out.flush();
        }

        @Override
        public void end() {
            if (!unsaid.isEmpty()) {
                say();
            }
        }
    }

    /** Nothing at all. */
    final class Silence implements TerminalLines {
        @Override
        public void show(String line, long nanos, boolean important) {}

        @Override
        public void note(String line) {}

        @Override
        public void end() {}
    }
}
