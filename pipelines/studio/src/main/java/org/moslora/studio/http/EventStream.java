package org.moslora.studio.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Events for a page, in the form of {@code text/event-stream}. */
public final class EventStream implements AutoCloseable {
    private final OutputStream out;

    EventStream(OutputStream out) {
        this.out = out;
    }

    /** An event with a number that the page gives back when it comes again. */
    public void send(String event, int id, String line) throws IOException {
        write("event: " + event + "\nid: " + id + "\ndata: " + line + "\n\n");
    }

    /** An event without a number. */
    public void send(String event, String line) throws IOException {
        write("event: " + event + "\ndata: " + line + "\n\n");
    }

    /** Something that no page hears, by which a connection that is gone is noticed. */
    public void comment() throws IOException {
        write(": still here\n\n");
    }

    /** Has everything arrive. */
    public void flush() throws IOException {
        out.flush();
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
