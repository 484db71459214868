package org.moslora.problems;

/** Numbers ran into infinity: the work failed, through no fault of the input's form. The message says what to try. */
public final class NotFinite extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What was not finite, where, and what to try. */
    public NotFinite(String message) {
        super(message);
    }
}
