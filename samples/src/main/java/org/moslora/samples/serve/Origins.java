package org.moslora.samples.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.util.List;
import java.util.Set;

/**
 * Who may ask: programs of this machine, and no page of somebody else's that a browser here has open. A page says where it
 * is from in {@code Origin}; one whose name was made to lead to this machine asks under that name in {@code Host}.
 */
final class Origins {
    private static final Set<String> OWN = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int FORBIDDEN = 403;

    private Origins() {}

    /** @throws HttpError if the request is a foreign page's */
    static void check(HttpExchange exchange) {
        int port = exchange.getLocalAddress().getPort();
        Headers headers = exchange.getRequestHeaders();
        List<String> hosts = headers.getOrDefault("Host", List.of());
        if (hosts.size() != 1 || !isOwn(hosts.get(0), port, true)) {
            throw new HttpError(FORBIDDEN, "the request is for another host than this one");
        }
        for (String origin : headers.getOrDefault("Origin", List.of())) {
            if (!origin.startsWith("http://") || !isOwn(origin.substring("http://".length()), port, false)) {
                throw new HttpError(FORBIDDEN, "pages of other origins are not answered");
            }
        }
    }

    /** Whether {@code NAME:PORT} is this service; a program may leave the port out. */
    private static boolean isOwn(String host, int port, boolean bare) {
        boolean unsaid = bare || port == 80;
        return OWN.stream()
                .anyMatch(name -> host.equalsIgnoreCase(name + ":" + port) || (unsaid && host.equalsIgnoreCase(name)));
    }
}
