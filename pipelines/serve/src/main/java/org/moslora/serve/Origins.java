package org.moslora.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask: programs that know the key, where there is one, and no page of somebody else's that a browser here has open. A
 * page says where it is from in {@code Origin}; one whose name was made to lead to this machine asks under that name in
 * {@code Host}.
 *
 * @param key what requests bring as bearers; null where none is asked for
 * @param loopback whether only this machine is listened to
 */
record Origins(@Nullable String key, boolean loopback) {
    private static final Set<String> OWN = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int UNKNOWN = 401;
    private static final int FORBIDDEN = 403;

    /** @throws HttpError if the request is a foreign page's, or somebody's who does not know the key */
    void check(HttpExchange exchange) {
        int port = exchange.getLocalAddress().getPort();
        Headers headers = exchange.getRequestHeaders();
        List<String> hosts = headers.getOrDefault("Host", List.of());
        if (hosts.size() != 1 || (loopback && !isOwn(hosts.get(0), port, true))) {
            throw new HttpError(FORBIDDEN, "the request is for another host than this one");
        }
        for (String origin : headers.getOrDefault("Origin", List.of())) {
            if (!origin.startsWith("http://") || !isOwn(origin.substring("http://".length()), port, false)) {
                throw new HttpError(FORBIDDEN, "pages of other origins are not answered");
            }
        }
        if (key != null && !knows(headers.getFirst("Authorization"), key)) {
            throw new HttpError(UNKNOWN, "the key is missing or wrong: Authorization: Bearer KEY");
        }
    }

    /** Takes as long for any wrong key as for another. */
    private static boolean knows(@Nullable String authorization, String key) {
        byte[] brought = String.valueOf(authorization).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(brought, ("Bearer " + key).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether {@code NAME:PORT} is this service; a program may leave the port out. */
    private static boolean isOwn(String host, int port, boolean bare) {
        boolean unsaid = bare || port == 80;
        return OWN.stream()
                .anyMatch(name -> host.equalsIgnoreCase(name + ":" + port) || (unsaid && host.equalsIgnoreCase(name)));
    }
}
