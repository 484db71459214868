package org.moslora.training.team;

/** Another member of the team is gone, or never came: what was under way is lost, and can be tried again. */
public final class PeerLost extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Who is gone, for the log. */
    public PeerLost(String message) {
        super(message);
    }

    /** As above, with what showed it. */
    PeerLost(String message, Throwable cause) {
        super(message, cause);
    }
}
