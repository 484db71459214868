package org.moslora.serve;

import java.time.Duration;

/**
 * How long clients may take to say what they want, and to read the answer. The server reads this once, before it first
 * listens; what the user has set counts.
 */
final class Patience {
    private static final int REQUEST_SECONDS = 5;
    private static final int FAR_REQUEST_SECONDS = 60;
    private static final int READING_SECONDS = 60;

    private Patience() {}

    /**
     * Sets it.
     *
     * @param working how long an answer may take to be made
     * @param near whether all clients are on this machine
     */
    static void set(Duration working, boolean near) {
        set("sun.net.httpserver.maxReqTime", near ? REQUEST_SECONDS : FAR_REQUEST_SECONDS);
        set("sun.net.httpserver.maxRspTime", working.toSeconds() + READING_SECONDS);
    }

    private static void set(String property, long seconds) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Long.toString(seconds));
        }
    }
}
