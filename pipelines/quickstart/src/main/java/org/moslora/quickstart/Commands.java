package org.moslora.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.moslora.quickstart.outcome.Command;

/** Runs commands one after the other, says of each what it is for, and remembers it. */
final class Commands {
    private static final double NANOS = 1e9;

    private final Verbs verbs;
    private final Consumer<String> told;
    private final List<String> everywhere = new ArrayList<>();
    private final List<Command> done = new ArrayList<>();

    /**
     * @param threads given to every command; null for what each takes by itself
     * @param quiet whether commands are to show no progress
     * @param told sees what comes next
     */
    Commands(Verbs verbs, @Nullable Integer threads, boolean quiet, Consumer<String> told) {
        this.verbs = verbs;
        this.told = told;
        if (threads != null) {
            everywhere.addAll(List.of("--threads", threads.toString()));
        }
        if (quiet) {
            everywhere.add("--quiet");
        }
    }

    /** Runs a command; whatever ends it too early ends the quickstart. */
    void run(String purpose, List<String> words) {
        told.accept("");
        told.accept("— " + purpose);
        told.accept("  " + Command.typed(words));
        List<String> all = new ArrayList<>(words);
        all.addAll(everywhere);
        long started = System.nanoTime();
        verbs.run(all);
        done.add(new Command(purpose, words, (System.nanoTime() - started) / NANOS));
    }

    /** What was run, in this order. */
    List<Command> done() {
        return List.copyOf(done);
    }
}
