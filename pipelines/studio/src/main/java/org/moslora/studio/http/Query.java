package org.moslora.studio.http;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What stands behind the question mark of an address; a name may come several times. */
public final class Query {
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private Query() {}

    static Query of(String raw) {
        Query query = new Query();
        for (String pair : raw.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
                query.values.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
            }
        }
        return query;
    }

    /** The first value of a name; empty if it has none. */
    public String get(String name) {
        return values.getOrDefault(name, List.of("")).get(0);
    }

    /** All values of a name. */
    public List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /** A value that is a whole number from 0 on, or another one where it is none. */
    public int number(String name, int otherwise) {
        String text = get(name);
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : otherwise;
    }

    /** Everything but one name, as it stands in an address; empty if nothing is left. */
    String without(String name) {
        String rest = values.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(name))
                .flatMap(
                        entry -> entry.getValue().stream().map(value -> encoded(entry.getKey()) + "=" + encoded(value)))
                .collect(Collectors.joining("&"));
        return rest.isEmpty() ? "" : "?" + rest;
    }

    /** A text as it stands in an address, slashes too. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }
}
