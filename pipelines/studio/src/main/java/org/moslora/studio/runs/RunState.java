package org.moslora.studio.runs;

import java.util.Locale;

/** How far a training is. */
public enum RunState {
    /** For others before it. */
    WAITING,
    /** Its process is there, and has not come to a step. */
    STARTING,
    /** Steps are taken. */
    RUNNING,
    /** It was told to end, and ends its step. */
    STOPPING,
    /** It ended before its last step, where it can go on. */
    STOPPED,
    /** It ended with its last step. */
    FINISHED,
    /** It ended otherwise. */
    FAILED;

    /** For people, and for the page's script. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it ended where it can go on. */
    public boolean canResume() {
        return this == STOPPED || this == FAILED;
    }

    /** Whether something still happens. */
    public boolean isLive() {
        return this == WAITING || this == STARTING || this == RUNNING || this == STOPPING;
    }
}
