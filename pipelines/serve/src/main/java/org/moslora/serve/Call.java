package org.moslora.serve;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/** One request and its answer, whole or event by event. */
final class Call {
    /** Pictures come inside of requests, four bytes for three. */
    static final int LONGEST_REQUEST = 24 << 20;

    private static final int SHORT_REQUEST = 1 << 20;
    private static final int OK = 200;

    private final HttpExchange exchange;
    private final Semaphore longRequests;
    private int status;
    private boolean streams;

    /** @param longRequests lets only so many be read at a time, since each takes its length of memory */
    Call(HttpExchange exchange, Semaphore longRequests) {
        this.exchange = exchange;
        this.longRequests = longRequests;
    }

    String path() {
        return exchange.getRequestURI().getRawPath();
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /** What was answered; 0 before. */
    int status() {
        return status;
    }

    /** @throws HttpError if the body is no object, or too long */
    JsonObject body() throws IOException {
        byte[] begun = exchange.getRequestBody().readNBytes(SHORT_REQUEST);
        if (begun.length < SHORT_REQUEST) {
            return parsed(begun);
        }
        if (!longRequests.tryAcquire()) {
            throw new HttpError(HttpError.MANY, "too many long requests are being read");
        }
        try {
            byte[] rest = exchange.getRequestBody().readNBytes(LONGEST_REQUEST + 1 - SHORT_REQUEST);
            byte[] body = Arrays.copyOf(begun, begun.length + rest.length);
            System.arraycopy(rest, 0, body, begun.length, rest.length);
            return parsed(body);
        } finally {
            longRequests.release();
        }
    }

    private static JsonObject parsed(byte[] body) {
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

    void json(JsonObject answer) throws IOException {
        send(OK, "application/json", answer.toString());
    }

    void text(String text) throws IOException {
        send(OK, "text/plain; version=0.0.4; charset=utf-8", text);
    }

    /** Sends one event of a stream, which begins with the first. */
    void event(String data) {
        try {
            if (!streams) {
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
                exchange.getResponseHeaders().set("Cache-Control", "no-cache");
                status = OK;
                streams = true;
                exchange.sendResponseHeaders(OK, 0);
            }
            exchange.getResponseBody().write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Says why there is no answer, or why a stream ends. */
    void refuse(int code, String why) throws IOException {
        JsonObject error = new JsonObject();
        error.addProperty("message", why);
        error.addProperty("type", HttpError.type(code));
        error.add("param", com.google.gson.JsonNull.INSTANCE);
        error.addProperty("code", code);
        JsonObject answer = new JsonObject();
        answer.add("error", error);
        if (streams) {
            status = code;
            event(answer.toString());
            return;
        }
        if (code == HttpError.MANY || code == HttpError.CLOSING) {
            exchange.getResponseHeaders().set("Retry-After", "1");
        }
        send(code, "application/json", answer.toString());
    }

    private void send(int code, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        status = code;
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }
}
