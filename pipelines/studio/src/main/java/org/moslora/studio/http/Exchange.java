package org.moslora.studio.http;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.moslora.console.html.Html;
import org.moslora.problems.InputFile;

/** One request, and the answer to it. */
public final class Exchange {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final long MOST_JSON = 4 << 20;

    private final HttpExchange exchange;
    private final Query query;
    private final List<String> steps;

    Exchange(HttpExchange exchange) {
        this.exchange = exchange;
        String raw = exchange.getRequestURI().getRawQuery();
        this.query = Query.of(raw == null ? "" : raw);
        this.steps = steps(path());
        setHeader("Content-Security-Policy", POLICY);
        setHeader("X-Content-Type-Options", "nosniff");
        setHeader("Referrer-Policy", "no-referrer");
        setHeader("Cross-Origin-Opener-Policy", "same-origin");
        setHeader("Cross-Origin-Resource-Policy", "same-origin");
        setHeader("Cache-Control", "no-store");
    }

    /** Parts between slashes, decoded; one that cannot be is no address. */
    private static List<String> steps(String path) {
        List<String> steps = new ArrayList<>();
        for (String step : path.substring(1).split("/", -1)) {
            steps.add(URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8));
        }
        return steps;
    }

    Headers headers() {
        return exchange.getRequestHeaders();
    }

    /** A header of the request; empty without it. */
    public String header(String name) {
        String value = headers().getFirst(name);
        return value == null ? "" : value;
    }

    /** The address as it came, but for slashes at its beginning that would lead to another server. */
    String path() {
        String raw = exchange.getRequestURI().getRawPath();
        return "/" + (raw == null ? "" : raw.replaceFirst("^[/\\\\]+", ""));
    }

    /** The parts of the address between its slashes, decoded. */
    public List<String> steps() {
        return steps;
    }

    /** What stands behind the question mark. */
    public Query query() {
        return query;
    }

    /** Whether the request only wants to see something. */
    public boolean isReading() {
        return exchange.getRequestMethod().equals("GET")
                || exchange.getRequestMethod().equals("HEAD");
    }

    /**
     * Whether the request wants something done.
     *
     * @throws Refusal if it wants anything else
     */
    public boolean isPosted() {
        if (!isReading() && !exchange.getRequestMethod().equals("POST")) {
            throw Refusal.method();
        }
        return !isReading();
    }

    /** Makes sure that the request only wants to see something. */
    public void mustRead() {
        if (!isReading()) {
            throw Refusal.method();
        }
    }

    /** Makes sure that the request wants something done. */
    public void mustPost() {
        if (!isPosted()) {
            throw Refusal.method();
        }
    }

    /**
     * What was sent.
     *
     * @throws Refusal if it is larger than so many bytes
     */
    public byte[] body(long most) throws IOException {
        String said = header("Content-Length");
        if (said.matches("\\d{1,18}") && Long.parseLong(said) > most) {
            throw Refusal.tooLarge(most);
        }
        try (InputStream in = exchange.getRequestBody()) {
            byte[] bytes = in.readNBytes((int) most + 1);
            if (bytes.length > most) {
                throw Refusal.tooLarge(most);
            }
            return bytes;
        }
    }

    /** What was sent, as a JSON object. */
    public JsonObject sent() throws IOException {
        try {
            return JsonParser.parseString(new String(body(MOST_JSON), StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (JsonParseException | IllegalStateException | StackOverflowError none) {
            throw new Refusal(400, "A JSON object is expected.");
        }
    }

    void setHeader(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
    }

    /** A page. */
    public void page(Html html) throws IOException {
        bytes(200, "text/html; charset=utf-8", html.finished().getBytes(StandardCharsets.UTF_8));
    }

    /** A part of a page. */
    public void part(Html html) throws IOException {
        bytes(200, "text/html; charset=utf-8", html.fragment().getBytes(StandardCharsets.UTF_8));
    }

    /** A value for a script. */
    public void json(JsonElement json) throws IOException {
        bytes(200, "application/json", json.toString().getBytes(StandardCharsets.UTF_8));
    }

    void refuse(Refusal refusal) throws IOException {
        byte[] line = (refusal.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        bytes(refusal.status(), "text/plain; charset=utf-8", line);
    }

    /** Leads to another address of this server. */
    public void redirect(String path) throws IOException {
        setHeader("Location", path);
        exchange.sendResponseHeaders(303, -1);
    }

    /** Something of the program's own, which stays as it is under its address. */
    void asset(String type, byte[] bytes) throws IOException {
        setHeader("Cache-Control", "private, max-age=31536000, immutable");
        bytes(200, type, bytes);
    }

    /** Somebody's file: a picture as what its bytes say, all else as text. */
    public void file(Path file) throws IOException {
        try (InputStream in = InputFile.stream(file)) {
            byte[] head = in.readNBytes(ServedKind.HEAD);
            setHeader("Content-Type", ServedKind.of(head));
            exchange.sendResponseHeaders(200, isHead() ? -1 : 0);
            if (!isHead()) {
                OutputStream out = exchange.getResponseBody();
                out.write(head);
                in.transferTo(out);
                out.close();
            }
        }
    }

    /** Begins a stream of events. */
    public EventStream events() throws IOException {
        setHeader("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        return new EventStream(exchange.getResponseBody());
    }

    /** A picture whose kind is known. */
    public void png(byte[] bytes) throws IOException {
        bytes(200, "image/png", bytes);
    }

    private void bytes(int status, String type, byte[] bytes) throws IOException {
        setHeader("Content-Type", type);
        exchange.sendResponseHeaders(status, isHead() || bytes.length == 0 ? -1 : bytes.length);
        if (!isHead()) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private boolean isHead() {
        return exchange.getRequestMethod().equals("HEAD");
    }
}
