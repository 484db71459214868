package org.moslora.console.progress;

/** Work was told to end, and did where nothing is lost; the message says how far it came and how to go on. */
public final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message for the user, without a full stop */
    public Stopped(String message) {
        super(message);
    }
}
