package org.moslora.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/**
 * What requests are answered: a path that is exactly one of the routes, asked by whoever {@link Origins} lets ask. Of
 * long requests only so many are read at a time.
 */
final class Routes implements HttpHandler {
    private final List<Route> routes;
    private final Origins origins;
    private final ServiceMetrics metrics;
    private final Semaphore longRequests;
    private final AtomicInteger present = new AtomicInteger();
    private volatile boolean closing;

    /** @param reading long requests that are read at a time */
    Routes(List<Route> routes, Origins origins, ServiceMetrics metrics, int reading) {
        this.routes = List.copyOf(routes);
        this.origins = origins;
        this.metrics = metrics;
        this.longRequests = new Semaphore(reading);
    }

    /** Answers a request. */
    @FunctionalInterface
    interface Answering {
        void answer(Call call) throws IOException;
    }

    /** One path; the same without {@code /v1} in front is it too. */
    record Route(String method, String path, Answering answering) {
        boolean is(String asked) {
            return path.equals(asked) || path.equals("/v1" + asked);
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        long begun = System.nanoTime();
        Call call = new Call(exchange, longRequests);
        String name = "other";
        present.incrementAndGet();
        try (exchange) {
            Route route = find(call.path());
            name = route == null ? name : route.path();
            answer(call, exchange, route);
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        } finally {
            present.decrementAndGet();
            metrics.answered(name, call.status(), System.nanoTime() - begun);
        }
    }

    private void answer(Call call, HttpExchange exchange, @Nullable Route route) throws IOException {
        try {
            if (closing) {
                throw new HttpError(HttpError.CLOSING, "the service is closing");
            }
            origins.check(exchange);
            if (route == null) {
                throw new HttpError(HttpError.UNKNOWN, "there is nothing here");
            }
            if (!route.method().equals(call.method())) {
                exchange.getResponseHeaders().set("Allow", route.method());
                throw new HttpError(405, "only " + route.method() + " is answered");
            }
            route.answering().answer(call);
        } catch (InvalidInput wrong) {
            call.refuse(400, String.valueOf(wrong.getMessage()));
        } catch (HttpError refusal) {
            call.refuse(refusal.status(), String.valueOf(refusal.getMessage()));
        } catch (UncheckedIOException gone) {
            throw gone;
        } catch (RuntimeException failed) {
            System.err.println("error: " + call.path() + ": " + failed);
            call.refuse(500, failed.getClass().getSimpleName());
        }
    }

    private @Nullable Route find(String path) {
        return routes.stream().filter(route -> route.is(path)).findFirst().orElse(null);
    }

    /** Answers no new requests; whether those that are there are all answered. */
    boolean drained() {
        closing = true;
        return present.get() == 0;
    }
}
