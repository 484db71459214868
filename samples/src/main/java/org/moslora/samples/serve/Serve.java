package org.moslora.samples.serve;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.moslora.layers.Engine;
import org.moslora.onnx.session.RunSettings;
import org.moslora.problems.InvalidInput;

/**
 * Pictures and answers over HTTP: {@code POST /generate} gives a PNG, {@code POST /chat} an answer, each from one session
 * that stays loaded, with the adapters that the request names. Arguments: an exported Stable Diffusion, an exported LLaVA
 * or language model, a folder of adapters, and a port.
 *
 * <pre>curl -d '{"prompt": "a cat", "seed": 7, "adapters": ["cats:0.8"]}' localhost:8080/generate &gt; cat.png</pre>
 */
public final class Serve implements AutoCloseable {
    private static final int LONGEST_REQUEST = 1 << 16;
    private static final int WAITING = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final PictureDesk pictures;
    private final ChatDesk chat;

    /** Answers the body of a request. */
    @FunctionalInterface
    private interface Answer {
        byte[] of(JsonObject json);
    }

    /** Starts to listen on this machine; port 0 takes any that is free. Owns the desks. */
    Serve(PictureDesk pictures, ChatDesk chat, int port) throws IOException {
        this.pictures = pictures;
        this.chat = chat;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/generate", exchange -> serve(exchange, "image/png", pictures::paint));
        server.createContext("/chat", exchange -> serve(exchange, "application/json", this::answer));
        server.start();
    }

    /** Serves until the program is told to end. */
    public static void main(String... arguments) throws IOException {
        Adapters adapters = new Adapters(Path.of(arguments[2]));
        RunSettings settings = RunSettings.of("cpu", Engine.defaultThreads());
        Serve serve = new Serve(
                new PictureDesk(Path.of(arguments[0]), adapters, settings, WAITING, PATIENCE),
                new ChatDesk(Path.of(arguments[1]), null, adapters, settings, WAITING, PATIENCE),
                Integer.parseInt(arguments[3]));
        Runtime.getRuntime().addShutdownHook(new Thread(serve::close));
        System.err.println("listening on port " + serve.port());
    }

    /** Where it listens. */
    int port() {
        return server.getAddress().getPort();
    }

    private byte[] answer(JsonObject json) {
        JsonObject answer = new JsonObject();
        answer.addProperty("answer", chat.answer(json));
        return bytes(answer);
    }

    private static void serve(HttpExchange exchange, String type, Answer answer) throws IOException {
        try (exchange) {
            try {
                send(exchange, 200, type, answer.of(read(exchange)));
            } catch (InvalidInput wrong) {
                refuse(exchange, 400, String.valueOf(wrong.getMessage()));
            } catch (Refusal refusal) {
                refuse(exchange, refusal.status(), String.valueOf(refusal.getMessage()));
            } catch (RuntimeException failed) {
                refuse(exchange, 500, failed.getClass().getSimpleName());
            }
        }
    }

    private static JsonObject read(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            throw new Refusal(405, "only POST is answered");
        }
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_REQUEST + 1);
        if (body.length > LONGEST_REQUEST) {
            throw new Refusal(413, "a request may have " + LONGEST_REQUEST + " bytes");
        }
        try {
            JsonElement json = JsonParser.parseString(new String(body, StandardCharsets.UTF_8));
            if (json.isJsonObject()) {
                return json.getAsJsonObject();
            }
        } catch (JsonParseException | StackOverflowError broken) {
            throw new Refusal(400, "the body is not valid JSON");
        }
        throw new Refusal(400, "the body must be a JSON object");
    }

    private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        JsonObject error = new JsonObject();
        error.addProperty("error", why);
        send(exchange, status, "application/json", bytes(error));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static byte[] bytes(JsonObject json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Takes no more requests, finishes those that it has, and lets the models go. */
    @Override
    public void close() {
        pictures.close();
        chat.close();
        server.stop(1);
        threads.shutdown();
    }
}
