package org.moslora.app;

import org.moslora.layers.Engine;
import picocli.CommandLine.Option;

/** The option of all verbs that compute: how many threads an operator takes. */
final class ThreadOption {
    @Option(
            names = "--threads",
            converter = ThreadCount.class,
            paramLabel = "N",
            description = "Default: OMP_NUM_THREADS, else the cores.")
    private int threads = Engine.defaultThreads();

    int count() {
        return threads;
    }
}
