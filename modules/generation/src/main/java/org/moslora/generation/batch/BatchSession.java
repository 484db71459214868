package org.moslora.generation.batch;

import java.util.ArrayList;
import java.util.List;
import org.moslora.console.progress.Progress;
import org.moslora.generation.image.PictureRunner;

/**
 * A model that is open to paint batches by their numbers, for one of several processes that share a call. The prompts are
 * read through once as long as numbers rise.
 */
public final class BatchSession implements AutoCloseable {
    private final BatchRequest request;
    private final PictureRunner runner;
    private final CurrentSampler sampler;
    private PlannedBatches planned;
    private long next;

    BatchSession(BatchRequest request, PictureRunner runner) {
        this.request = request;
        this.runner = runner;
        this.sampler = new CurrentSampler(runner);
        this.planned = new PlannedBatches(request, runner, remark -> {});
        // What is wrong with the command's own adapters is no row's fault.
        sampler.with(CommonAdapters.of(request.options()));
    }

    /**
     * Paints a unit's missing pictures into the output folder, and leaves its lists alone.
     *
     * @throws org.moslora.problems.NotFinite as a call in one process
     */
    public BatchRows paint(BatchUnit unit) {
        List<String> painted = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        BatchLog log = new BatchLog() {
            @Override
            public void painted(String row) {
                painted.add(row);
            }

            @Override
            public void failed(String row) {
                failed.add(row);
            }
        };
        List<PlannedImage> batch = batch(unit.number());
        try (Progress silent = Progress.start("steps", 0, true)) {
            new BatchWriter(request, sampler, silent, log).paintUnit(batch, unit.wanted()::get);
            sampler.finish();
        }
        return new BatchRows(painted, failed);
    }

    private List<PlannedImage> batch(long number) {
        if (number < next) {
            planned.close();
            planned = new PlannedBatches(request, runner, remark -> {});
            next = 0;
        }
        List<PlannedImage> batch = List.of();
        while (next <= number) {
            batch = planned.next();
            next++;
        }
        return batch;
    }

    @Override
    public void close() {
        planned.close();
        sampler.close();
        runner.close();
    }
}
