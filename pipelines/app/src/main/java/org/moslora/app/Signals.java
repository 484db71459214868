package org.moslora.app;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.StopRequest;

/**
 * What SIGTERM, Ctrl-C and a terminal that closes do: the first asks the program to stop, the second ends it at once. Where
 * Java has no way to listen to them, they end the process as ever.
 */
final class Signals {
    private static final int HANGUP = 1;
    private static final int INTERRUPT = 2;
    private static final int TERMINATE = 15;

    /** A terminal and a parent may each send their own for one and the same wish. */
    private static final long ONE_WISH_SECONDS = 2;

    private static int first;
    private static long since;

    private Signals() {}

    static void listen() {
        listen("HUP", HANGUP);
        listen("INT", INTERRUPT);
        listen("TERM", TERMINATE);
    }

    /** By reflection, because compilers warn of the class, which every Java since 1.3 has. */
    private static void listen(String name, int number) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object own = Proxy.newProxyInstance(
                    handler.getClassLoader(),
                    new Class<?>[] {handler},
                    (proxy, method, given) -> answer(proxy, method, given, () -> received(name, number)));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), own);
        } catch (ReflectiveOperationException | IllegalArgumentException without) {
            return;
        }
    }

    private static @Nullable Object answer(Object proxy, Method method, Object @Nullable [] given, Runnable received) {
        switch (method.getName()) {
            case "handle" -> received.run();
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            case "equals" -> {
                return given != null && given[0] == proxy;
            }
            default -> {
                return "a signal of the program";
            }
        }
        return null;
    }

    private static void received(String name, int number) {
        if (isSecond(number)) {
            Runtime.getRuntime().halt(StopRequest.exitCode(number));
        } else if (first == number) {
            stop(name, number);
        }
    }

    private static synchronized boolean isSecond(int number) {
        long now = System.nanoTime();
        if (first == 0) {
            first = number;
            since = now;
            return false;
        }
        return first == number || now - since > TimeUnit.SECONDS.toNanos(ONE_WISH_SECONDS);
    }

    private static void stop(String name, int number) {
        if (StopRequest.make(number)) {
            System.err.println("SIG" + name + ": ending as soon as what is in hand is done; a second one ends at once");
        } else {
            System.err.println("stopped by SIG" + name);
            System.exit(StopRequest.exitCode(number));
        }
    }
}
