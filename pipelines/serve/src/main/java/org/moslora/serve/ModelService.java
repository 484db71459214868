package org.moslora.serve;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.moslora.console.progress.StopRequest;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/**
 * Models over HTTP in OpenAI's protocol: {@code /v1/chat/completions}, {@code /v1/images/generations}, {@code /v1/models};
 * {@code /metrics} for Prometheus, and {@code /health}. Models stay loaded, and requests name them, with an adapter or
 * without.
 */
public final class ModelService implements AutoCloseable {
    /** Requests with pictures that are read at a time. */
    private static final int READING = 16;

    private static final long WAIT_MILLIS = 100;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final RequestQueue queue;
    private final Routes routes;
    private final Catalogue models;
    private final Listening listening;

    /**
     * Opens models and starts to listen.
     *
     * @throws InvalidInput with what is wrong with a model, or where nobody can listen there
     */
    public static ModelService start(ServedModels models, Listening listening) {
        return new ModelService(models.open(), listening);
    }

    /** Whether somebody could listen there now. */
    public static boolean isFree(Listening listening) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(listening.host(), listening.port()));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private ModelService(Catalogue models, Listening listening) {
        this.models = models;
        this.listening = listening;
        this.queue = new RequestQueue("models", listening.waiting(), listening.patience());
        ServiceMetrics metrics = new ServiceMetrics();
        this.routes = new Routes(routes(metrics), new Origins(listening.key(), listening.loopback()), metrics, READING);
        this.server = listen();
        server.setExecutor(threads);
        server.createContext("/", routes);
        server.start();
    }

    private List<Routes.Route> routes(ServiceMetrics metrics) {
        long created = System.currentTimeMillis() / 1000;
        JsonObject healthy = new JsonObject();
        healthy.addProperty("status", "ok");
        return List.of(
                new Routes.Route("POST", "/v1/chat/completions", new ChatRoute(models, queue, metrics)),
                new Routes.Route("POST", "/v1/images/generations", new ImagesRoute(models, queue, metrics)),
                new Routes.Route("GET", "/v1/models", call -> call.json(models.json(created))),
                new Routes.Route("GET", "/metrics", call -> call.text(metrics.text(queue::waiting))),
                new Routes.Route("GET", "/health", call -> call.json(healthy)));
    }

    private HttpServer listen() {
        Patience.set(listening.patience(), listening.loopback());
        InetSocketAddress address = new InetSocketAddress(listening.host(), listening.port());
        try {
            if (address.isUnresolved()) {
                throw new UnknownHostException(listening.host());
            }
            return HttpServer.create(address, 0);
        } catch (BindException taken) {
            throw new InvalidInput(
                    FieldName.of("port"), listening.port() + " cannot be listened at: " + taken.getMessage());
        } catch (IOException impossible) {
            throw new InvalidInput(FieldName.of("host"), "cannot be listened at: " + impossible.getMessage());
        }
    }

    /** Where it is asked, without a path. */
    public String url() {
        String host = listening.host().indexOf(':') < 0 ? listening.host() : "[" + listening.host() + "]";
        return "http://" + host + ":" + port();
    }

    /** Where it listens. */
    int port() {
        return server.getAddress().getPort();
    }

    /** Serves until the program is told to end; requests that are there then are answered. */
    public void serve() {
        StopRequest.attending(() -> {
            while (!StopRequest.isMade()) {
                pause();
            }
            close();
        });
    }

    private static void pause() {
        try {
            Thread.sleep(WAIT_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while serving", stopped);
        }
    }

    /** Takes no more requests, finishes those that it has, and lets the models go. */
    @Override
    public void close() {
        Duration patience = listening.patience();
        long latest = System.nanoTime() + patience.toNanos();
        while (!routes.drained() && System.nanoTime() < latest) {
            pause();
        }
        queue.close();
        server.stop(0);
        threads.shutdown();
        try {
            threads.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        models.close();
    }
}
