package org.moslora.app.account;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.moslora.layers.OperationTrace;
import org.moslora.layers.TracedOperation;
import org.moslora.training.StepReport;
import org.moslora.training.TrainingListener;

/**
 * Measures steps of a training by what the loop's thread took: a few to warm up, a few as they are, a few traced. It must
 * hear of as many steps as {@link #STEPS}.
 */
final class StepMeter implements TrainingListener {
    private static final int WARM_UP = 4;
    private static final int PLAIN = 8;
    private static final int TRACED = 4;
    /** How many steps the training takes. */
    static final int STEPS = WARM_UP + PLAIN + TRACED;

    private final List<Double> plain = new ArrayList<>();
    private List<TracedOperation> traced = List.of();
    private long before;
    private long tracedWall;

    @Override
    public void stepped(StepReport report) {
        long now = cpu();
        if (report.step() > WARM_UP && report.step() <= WARM_UP + PLAIN) {
            plain.add((now - before) / 1e9);
        }
        try {
            if (report.step() == WARM_UP + PLAIN) {
                tracedWall = System.nanoTime();
                OperationTrace.start();
            } else if (report.step() == STEPS) {
                tracedWall = System.nanoTime() - tracedWall;
                traced = OperationTrace.stop();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        before = cpu();
    }

    /** Nanoseconds of CPU that this thread has had. */
    static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    Measured measured(String what, long rank) {
        return new Measured(what, Collections.min(plain), TRACED, tracedWall / 1e9, traced, rank);
    }
}
