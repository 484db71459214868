package org.moslora.console.progress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Keeps control characters of data from a terminal: whatever a file, a model or a prompt holds, they are written out as
 * JSON would write them. Line ends and tabs pass. So do all other characters, but for those that turn the direction
 * of writing round and would show a text other than the one that is there.
 */
public final class Visible extends PrintStream {
    private final PrintStream raw;

    private Visible(PrintStream raw) {
        super(new Escaping(raw), true, StandardCharsets.UTF_8);
        this.raw = raw;
    }

    /** Has everything that this process prints from now on go through here. */
    public static void install() {
        if (!(System.out instanceof Visible)) {
            System.setOut(new Visible(System.out));
        }
        if (!(System.err instanceof Visible)) {
            System.setErr(new Visible(System.err));
        }
    }

    /** The stream that takes control characters as they are: for those of the program itself. */
    static PrintStream raw(PrintStream stream) {
        return stream instanceof Visible visible ? visible.raw : stream;
    }

    /** A text as it is shown. */
    static String text(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Escaping shown = new Escaping(bytes)) {
            shown.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Looks at UTF-8 as it passes; up to two bytes wait for what follows them. */
    private static final class Escaping extends OutputStream {
        private static final int DELETE = 0x7f;
        private static final int LEADS_CONTROLS = 0xc2;
        private static final int LEADS_MARKS = 0xe2;

        private final OutputStream out;
        private int lead;
        private int second;

        Escaping(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int value) throws IOException {
            int next = value & 0xff;
            if (lead == 0) {
                first(next);
            } else if (lead == '\r') {
                afterReturn(next);
            } else if (lead == LEADS_CONTROLS) {
                lead = 0;
                // U+0080 to U+009F are the second half of the control characters.
                if (next < 0xa0) {
                    escape(next);
                } else {
                    out.write(LEADS_CONTROLS);
                    out.write(next);
                }
            } else {
                mark(next);
            }
        }

        private void first(int next) throws IOException {
            if (next == '\r' || next == LEADS_CONTROLS || next == LEADS_MARKS) {
                lead = next;
            } else if (next == DELETE || (next < ' ' && next != '\n' && next != '\t')) {
                escape(next);
            } else {
                out.write(next);
            }
        }

        /** A line end of two bytes stays; a carriage return alone would write over the line. */
        private void afterReturn(int next) throws IOException {
            lead = 0;
            if (next == '\n') {
                out.write('\r');
                out.write('\n');
            } else {
                escape('\r');
                write(next);
            }
        }

        private void mark(int next) throws IOException {
            if (second == 0 && (next == 0x80 || next == 0x81)) {
                second = next;
                return;
            }
            int before = second;
            lead = 0;
            second = 0;
            boolean goesOn = (next & 0xc0) == 0x80;
            int code = 0x2000 | ((before & 0x3f) << 6) | (next & 0x3f);
            if (goesOn && before != 0 && turns(code)) {
                escape(code);
                return;
            }
            out.write(LEADS_MARKS);
            if (before != 0) {
                out.write(before);
            }
            write(next);
        }

        /** Line separators, and what embeds or overrides a direction. */
        private static boolean turns(int code) {
            return (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
        }

        private void escape(int code) throws IOException {
            out.write(String.format("\\u%04x", code).getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        /** What waited for more is whole now; a return at the very end is one alone. */
        @Override
        public void close() throws IOException {
            if (lead == '\r') {
                escape('\r');
            }
            lead = 0;
            out.flush();
        }
    }
}
