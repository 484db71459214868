package org.moslora.serve;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/**
 * Where a service listens, and to whom and how many.
 *
 * @param host the address to listen at
 * @param port 0 takes any that is free
 * @param key what requests must bring as bearers; null where this machine's programs may all ask
 * @param waiting how many requests may wait
 * @param patience how long one may take, waiting included
 */
public record Listening(String host, int port, @Nullable String key, int waiting, Duration patience) {
    /** This machine alone. */
    public static final String LOOPBACK = "127.0.0.1";

    private static final int PORTS = 65_535;
    private static final int MOST_WAITING = 1024;

    public Listening {
        if (port < 0 || port > PORTS) {
            throw new InvalidInput(FieldName.of("port"), "must be from 0 to " + PORTS + ", got " + port);
        }
        if (waiting < 1 || waiting > MOST_WAITING) {
            throw new InvalidInput(FieldName.of("queue"), "must be from 1 to " + MOST_WAITING + ", got " + waiting);
        }
        if (key != null && !key.matches("[!-~]+")) {
            throw new InvalidInput(FieldName.of("key"), "must be of visible ASCII characters, without blanks");
        }
        if (!isLoopback(host) && key == null) {
            throw new InvalidInput(
                    FieldName.of("host"),
                    host + " lets other machines ask; say with " + FieldName.of("key") + " what they must know");
        }
    }

    /** Whether only this machine can ask. */
    boolean loopback() {
        return isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        return host.equals(LOOPBACK) || host.equals("localhost") || host.equals("::1");
    }
}
