package org.moslora.quickstart;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.Messages;
import org.moslora.quickstart.outcome.Command;

/** Runs commands, says of each what it is for, and remembers it. */
final class Commands {
    private static final double NANOS = 1e9;
    private static final String QUIET = "--quiet";

    private final Verbs verbs;
    private final Messages listener;
    private final List<String> everywhere = new ArrayList<>();
    /** Those that were told of, in this order, with the seconds of those that are done. */
    private final Map<VerbCall, Double> told = Collections.synchronizedMap(new LinkedHashMap<>());

    /**
     * @param threads given to every command; null for what each takes by itself
     * @param quiet whether commands are to show no progress
     * @param listener is told what comes next
     */
    Commands(Verbs verbs, @Nullable Integer threads, boolean quiet, Messages listener) {
        this.verbs = verbs;
        this.listener = listener;
        if (threads != null) {
            everywhere.addAll(List.of("--threads", threads.toString()));
        }
        if (quiet) {
            everywhere.add(QUIET);
        }
    }

    /** Runs a command; whatever ends it too early ends the quickstart. */
    void run(String purpose, List<String> words) {
        VerbCall call = new VerbCall(purpose, words);
        tell(call, "");
        run(call, List.of());
    }

    /**
     * Does something and, beside it, runs commands, one after the other and without progress. They must draw nothing at
     * random from libtorch's own generator, which threads share. Ends when all is done; what ended any of it too early is thrown then.
     */
    void runBeside(Runnable first, List<VerbCall> calls) {
        for (VerbCall call : calls) {
            tell(call, ", beside what follows");
        }
        try (BackgroundTask beside = BackgroundTask.start(() -> runQuietly(calls))) {
            first.run();
            beside.await();
        }
    }

    private void runQuietly(List<VerbCall> calls) {
        for (VerbCall call : calls) {
            run(call, everywhere.contains(QUIET) ? List.of() : List.of(QUIET));
        }
    }

    private void tell(VerbCall call, String how) {
        told.put(call, Double.NaN);
        listener.tell("");
        listener.tell("— " + call.purpose() + how);
        listener.tell("  " + Command.typed(call.words()));
    }

    private void run(VerbCall call, List<String> more) {
        List<String> all = new ArrayList<>(call.words());
        all.addAll(everywhere);
        all.addAll(more);
        long started = System.nanoTime();
        verbs.run(all);
        told.put(call, (System.nanoTime() - started) / NANOS);
    }

    /** What was run, in the order in which it was begun. */
    List<Command> done() {
        return told.entrySet().stream()
                .filter(entry -> !entry.getValue().isNaN())
                .map(entry ->
                        new Command(entry.getKey().purpose(), entry.getKey().words(), entry.getValue()))
                .toList();
    }
}
