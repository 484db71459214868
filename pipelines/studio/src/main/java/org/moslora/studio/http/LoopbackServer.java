package org.moslora.studio.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;

/** A server that this machine alone reaches. */
public final class LoopbackServer implements AutoCloseable {
    private static final int USUAL_PORT = 7700;
    private static final int NEXT_PORTS = 100;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "studio");
        thread.setDaemon(true);
        return thread;
    });

    private LoopbackServer(HttpServer server) {
        this.server = server;
    }

    /** What answers requests that may be asked. */
    @FunctionalInterface
    public interface Site {
        /** Answers one. */
        void answer(Exchange exchange) throws IOException;
    }

    /**
     * Begins to listen.
     *
     * @param port 0 for any that is free; null for the usual one or the next after it
     * @throws InvalidInput if the port is taken
     */
    public static LoopbackServer open(@Nullable Integer port) {
        // Small answers would wait for the acknowledgement of what came before them.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            if (port != null) {
                return new LoopbackServer(bound(port));
            }
            for (int i = 0; i < NEXT_PORTS; i++) {
                HttpServer free = ifFree(USUAL_PORT + i);
                if (free != null) {
                    return new LoopbackServer(free);
                }
            }
            return new LoopbackServer(bound(0));
        } catch (BindException taken) {
            throw new InvalidInput(
                    FieldName.of("port", String.valueOf(port)),
                    "is taken by another program, or may not be used: " + taken.getMessage());
        } catch (IOException broken) {
            throw new InvalidInput(FieldName.of("port"), "nothing can listen on this machine: " + broken.getMessage());
        }
    }

    private static @Nullable HttpServer ifFree(int port) throws IOException {
        try {
            return bound(port);
        } catch (BindException taken) {
            return null;
        }
    }

    private static HttpServer bound(int port) throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 0);
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Begins to answer. */
    public void start(String token, Site site, Messages messages) {
        Guard guard = new Guard(port(), token);
        server.setExecutor(threads);
        server.createContext("/", raw -> {
            try {
                answer(raw, guard, site, messages);
            } finally {
                raw.close();
            }
        });
        server.start();
    }

    private static void answer(HttpExchange raw, Guard guard, Site site, Messages messages) throws IOException {
        Exchange exchange = new Exchange(raw);
        try {
            if (guard.admit(exchange)) {
                site.answer(exchange);
            }
        } catch (Refusal refusal) {
            exchange.refuse(refusal);
        } catch (InvalidInput wrong) {
            exchange.refuse(new Refusal(400, String.valueOf(wrong.getMessage())));
        } catch (RuntimeException | Error broken) {
            messages.tell("a page failed: " + broken);
            exchange.refuse(new Refusal(500, "The page failed; what the studio says on its terminal tells why."));
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
