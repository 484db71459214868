package org.moslora.app.account;

import java.util.List;
import org.moslora.layers.TracedOperation;

/**
 * A piece of work that was done several times, some of them traced.
 *
 * @param what it was
 * @param cpuSeconds that it took untraced, the least of several
 * @param times it was traced
 * @param tracedSeconds on the clock for all of those, longer for the tracing and for what others do meanwhile
 * @param traced everything that ran in those
 * @param rank of the adapter, by which its products are known
 */
record Measured(
        String what, double cpuSeconds, int times, double tracedSeconds, List<TracedOperation> traced, long rank) {
    Measured {
        traced = List.copyOf(traced);
    }

    /** CPU seconds of the work that a traced second stands for. */
    double cpuShare() {
        return cpuSeconds * times / tracedSeconds;
    }
}
