package org.moslora.tuning;

/** A training ran into infinity; the message says where and what to try. */
public final class NotFinite extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotFinite(String message) {
        super(message);
    }
}
