package org.moslora.samples.serve;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.moslora.problems.InvalidInput;

/**
 * What requests are answered: a path that is exactly one of the routes, asked by whoever {@link Origins} lets ask.
 *
 * @param routes by path
 */
record Routes(List<Route> routes) implements HttpHandler {
    private static final int LONGEST_REQUEST = 1 << 16;

    /**
     * One path.
     *
     * @param type of what it answers
     * @param answer the request's object to the answer's bytes
     */
    record Route(String path, String type, Function<JsonObject, byte[]> answer) {}

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                Origins.check(exchange);
                Route route = route(exchange.getRequestURI().getRawPath());
                send(exchange, 200, route.type(), route.answer().apply(read(exchange)));
            } catch (InvalidInput wrong) {
                refuse(exchange, 400, String.valueOf(wrong.getMessage()));
            } catch (HttpError refusal) {
                refuse(exchange, refusal.status(), String.valueOf(refusal.getMessage()));
            } catch (RuntimeException failed) {
                refuse(exchange, 500, failed.getClass().getSimpleName());
            }
        }
    }

    private Route route(String path) {
        return routes.stream()
                .filter(route -> route.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new HttpError(404, "there is nothing here"));
    }

    private static JsonObject read(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            throw new HttpError(405, "only POST is answered");
        }
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_REQUEST + 1);
        if (body.length > LONGEST_REQUEST) {
            throw new HttpError(413, "a request may have " + LONGEST_REQUEST + " bytes");
        }
        try {
            JsonElement json = JsonParser.parseString(new String(body, StandardCharsets.UTF_8));
            if (json.isJsonObject()) {
                return json.getAsJsonObject();
            }
        } catch (JsonParseException | StackOverflowError broken) {
            throw new HttpError(400, "the body is not valid JSON");
        }
        throw new HttpError(400, "the body must be a JSON object");
    }

    private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        JsonObject error = new JsonObject();
        error.addProperty("error", why);
        send(exchange, status, "application/json", error.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
