package org.moslora.samples.serve;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.moslora.console.progress.Visible;
import org.moslora.layers.Engine;
import org.moslora.onnx.session.RunSettings;

/**
 * Pictures and answers over HTTP: {@code POST /generate} gives a PNG, {@code POST /chat} an answer, each from one session
 * that stays loaded, with the adapters that the request names. Arguments: an exported Stable Diffusion, an exported LLaVA
 * or language model, a folder of adapters, and a port.
 *
 * <pre>curl -d '{"prompt": "a cat", "seed": 7, "adapters": ["cats:0.8"]}' localhost:8080/generate &gt; cat.png</pre>
 */
public final class Serve implements AutoCloseable {
    private static final int WAITING = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ImageService pictures;
    private final ChatService chat;

    /** Starts to listen on this machine; port 0 takes any that is free. Owns the desks. */
    Serve(ImageService pictures, ChatService chat, int port) throws IOException {
        this.pictures = pictures;
        this.chat = chat;
        Patience.set(PATIENCE);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext(
                "/",
                new Routes(List.of(
                        new Routes.Route("/generate", "image/png", pictures::paint),
                        new Routes.Route("/chat", "application/json", this::answer))));
        server.start();
    }

    /** Serves until the program is told to end. */
    public static void main(String... arguments) throws IOException {
        Visible.install();
        Engine.stayOffline();
        Adapters adapters = new Adapters(Path.of(arguments[2]));
        RunSettings settings = RunSettings.of("cpu", Engine.defaultThreads());
        Serve serve = new Serve(
                new ImageService(Path.of(arguments[0]), adapters, settings, WAITING, PATIENCE),
                new ChatService(Path.of(arguments[1]), null, adapters, settings, WAITING, PATIENCE),
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
        return answer.toString().getBytes(StandardCharsets.UTF_8);
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
