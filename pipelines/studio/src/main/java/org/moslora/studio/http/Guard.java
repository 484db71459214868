package org.moslora.studio.http;

import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. Any page that a browser shows can send requests to this machine, so three things are looked at: the name
 * under which the server was called, a token that only the user was told, and, where something would change, the page
 * that asks.
 */
final class Guard {
    private static final String BEARER = "Bearer ";

    private final Set<String> hosts;
    private final String cookie;
    private final byte[] token;

    Guard(int port, String token) {
        this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port);
        this.cookie = "moslora-studio-" + port;
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /** Lets a request through, or makes its token a cookie; false where that was all. */
    boolean admit(Exchange exchange) throws IOException {
        String host = only(exchange.headers(), "Host");
        if (host == null || !hosts.contains(host.toLowerCase(Locale.ROOT))) {
            throw new Refusal(403, "This server answers under its own names on this machine only.");
        }
        boolean bearer = isToken(bearer(exchange.headers()));
        boolean known = bearer || isToken(cookie(exchange.headers()));
        String given = exchange.query().get("token");
        if (exchange.isReading() && !given.isEmpty() && isToken(given)) {
            exchange.setHeader("Set-Cookie", cookie + "=" + given + "; Path=/; HttpOnly; SameSite=Strict");
            exchange.redirect(exchange.path() + exchange.query().without("token"));
            return false;
        }
        if (!known) {
            throw new Refusal(401, "Open the address that the studio printed when it started: it has a token in it.");
        }
        if (!exchange.isReading()) {
            mustBeOwnPage(exchange.headers(), host, bearer);
        }
        return true;
    }

    /** A page elsewhere cannot set this header, and a sandboxed one says null. */
    private void mustBeOwnPage(Headers headers, String host, boolean bearer) {
        List<String> said = headers.getOrDefault("Origin", List.of());
        boolean own = said.isEmpty() ? bearer : said.size() == 1 && said.get(0).equals("http://" + host);
        if (!own) {
            throw new Refusal(403, "Another page asks for this; only the studio's own may.");
        }
    }

    private boolean isToken(@Nullable String given) {
        return given != null && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token);
    }

    private static @Nullable String bearer(Headers headers) {
        String said = only(headers, "Authorization");
        return said != null && said.startsWith(BEARER) ? said.substring(BEARER.length()) : null;
    }

    private @Nullable String cookie(Headers headers) {
        for (String line : headers.getOrDefault("Cookie", List.of())) {
            for (String each : line.split(";")) {
                String pair = each.strip();
                if (pair.startsWith(cookie + "=")) {
                    return pair.substring(cookie.length() + 1);
                }
            }
        }
        return null;
    }

    private static @Nullable String only(Headers headers, String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.size() == 1 ? values.get(0) : null;
    }
}
