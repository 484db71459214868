package org.moslora.generation.batch;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.Progress;
import org.moslora.console.progress.StopRequest;
import org.moslora.console.progress.Stopped;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.PictureTraits;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.out.OutputLock;

/**
 * Generates pictures of many prompts into a folder, and goes on where an earlier call stopped. Prompts are read as a
 * stream, twice: first for what is wrong with any, so that nothing is found out half way through a night.
 */
public final class BatchGeneration {
    private final BatchRequest request;
    private final PictureRunner.Opening opening;
    private final Messages messages;

    /**
     * A call.
     *
     * @param opening the model, on whatever engine
     * @param messages gets remarks for the user
     */
    public BatchGeneration(BatchRequest request, PictureRunner.Opening opening, Messages messages) {
        this.request = request;
        this.opening = opening;
        this.messages = messages;
    }

    /** What there is to do. */
    private record Work(long pictures, long there, long failed, long steps) {
        Work plus(Work other) {
            return new Work(pictures + other.pictures, there + other.there, failed + other.failed, steps + other.steps);
        }

        long missing() {
            return pictures - there - failed;
        }
    }

    /** Works on one batch. */
    @FunctionalInterface
    private interface Each {
        void batch(long number, List<PlannedImage> batch);
    }

    /**
     * Generates.
     *
     * @throws InvalidInput with everything wrong with prompts, options and model, before a picture is written; for a
     *     file of prompts, what cannot be painted later on is listed beside the pictures
     * @throws org.moslora.problems.NotFinite if a picture came to numbers that are not finite, unless it is listed
     */
    public BatchSummary run() {
        return run(null);
    }

    /** Opens the model for a member of a {@link BatchCrew}, which paints parts of this call. */
    public BatchSession session() {
        return new BatchSession(request, opening.open(messages));
    }

    /**
     * As {@link #run()}, but others paint; nobody else adds to the folder's lists.
     *
     * @param crew paints, or null for this process
     */
    public BatchSummary run(@Nullable BatchCrew crew) {
        BatchSummary[] summary = new BatchSummary[1];
        Shard shard = request.shard();
        String part = shard.equals(Shard.WHOLE) ? "" : "-" + shard.index() + "-of-" + shard.count();
        OutputLock.inside(FieldName.of("out", request.out()), request.out(), part)
                .during(() -> summary[0] = generated(crew));
        return summary[0];
    }

    private BatchSummary generated(@Nullable BatchCrew crew) {
        CommonAdapters.mustBeThere(request.options());
        try (PictureRunner runner = opening.open(messages)) {
            OutputIndex index = OutputIndex.read(request.out(), request.retry());
            Work work = work(runner, index);
            OutputIndex.prepare(request.out(), request.retry());
            tell(work);
            long start = System.nanoTime();
            BatchSummary nothing = new BatchSummary(work.pictures(), work.there(), 0, work.failed(), 0);
            BatchSummary summary = nothing;
            if (work.missing() > 0) {
                summary = crew == null ? painted(runner, index, work, start) : shared(runner, index, work, crew, start);
            }
            if (request.grid()) {
                grid(runner, work.pictures());
            }
            return summary;
        }
    }

    private void tell(Work work) {
        if (work.there() > 0) {
            messages.tell(
                    work.there() + " of " + work.pictures() + " pictures are there already, made by the same settings");
        }
        if (work.failed() > 0) {
            messages.tell(work.failed() + " of " + work.pictures() + " pictures failed before; " + FieldName.of("retry")
                    + " tries them again");
        }
    }

    /** Looks at every prompt and counts. */
    private Work work(PictureRunner runner, OutputIndex index) {
        Work[] sum = {new Work(0, 0, 0, 0)};
        each(runner, messages, (number, batch) -> {
            mustNotBeForeign(batch, index);
            sum[0] = sum[0].plus(of(batch, runner.traits(), index));
        });
        return sum[0];
    }

    private void mustNotBeForeign(List<PlannedImage> batch, OutputIndex index) {
        for (PlannedImage picture : batch) {
            if (index.isForeign(picture)) {
                throw new InvalidInput(
                        FieldName.of("out", request.out()),
                        "holds another " + picture.file()
                                + ", which this program did not write there; name another folder");
            }
        }
    }

    private static Work of(List<PlannedImage> batch, PictureTraits traits, OutputIndex index) {
        long there = batch.stream().filter(index::has).count();
        long failed = batch.stream()
                .filter(picture -> !index.has(picture) && index.failed(picture))
                .count();
        boolean idle = there + failed == batch.size();
        long steps = idle ? 0 : (long) batch.size() * batch.get(0).job().calls(traits);
        return new Work(batch.size(), there, failed, steps);
    }

    /** Every batch of this shard, once. */
    private void each(PictureRunner runner, Messages remarks, Each each) {
        try (PlannedBatches batches = new PlannedBatches(request, runner, remarks)) {
            for (long number = 0; !StopRequest.isMade() && batches.hasNext(); number++) {
                List<PlannedImage> batch = batches.next();
                if (request.shard().holds(number)) {
                    each.batch(number, batch);
                }
            }
            batches.problems().throwIfAny();
        }
    }

    private BatchSummary painted(PictureRunner runner, OutputIndex index, Work work, long start) {
        try (Progress progress = Progress.start("steps", work.steps(), request.quiet());
                CurrentSampler sampler = new CurrentSampler(runner)) {
            // What is wrong with the command's own adapters is no row's fault.
            sampler.with(CommonAdapters.of(request.options()));
            BatchWriter writer = new BatchWriter(request, sampler, progress, BatchLog.of(request.out()));
            StopRequest.attending(() -> {
                each(runner, remark -> {}, (number, batch) -> paint(writer, batch, index));
                sampler.finish();
            });
            if (StopRequest.isMade()) {
                throw new Stopped((writer.painted() + work.there()) + " of " + work.pictures()
                        + " pictures are painted; the same command goes on");
            }
            return new BatchSummary(
                    work.pictures(),
                    work.there(),
                    writer.painted(),
                    work.failed() + writer.failed(),
                    (System.nanoTime() - start) / 1e9);
        }
    }

    private void paint(BatchWriter writer, List<PlannedImage> batch, OutputIndex index) {
        BitSet wanted = wanted(batch, index);
        if (!wanted.isEmpty()) {
            writer.paintUnit(batch, wanted::get);
        }
    }

    private static BitSet wanted(List<PlannedImage> batch, OutputIndex index) {
        BitSet wanted = new BitSet();
        for (int i = 0; i < batch.size(); i++) {
            wanted.set(i, !index.has(batch.get(i)) && !index.failed(batch.get(i)));
        }
        return wanted;
    }

    /** Has others paint what is missing; of the prompts, only which batches these are is held. */
    private BatchSummary shared(PictureRunner runner, OutputIndex index, Work work, BatchCrew crew, long start) {
        List<BatchUnit> units = new ArrayList<>();
        each(runner, remark -> {}, (number, batch) -> {
            BitSet wanted = wanted(batch, index);
            if (!wanted.isEmpty()) {
                units.add(new BatchUnit(number, wanted));
            }
        });
        BatchLog log = BatchLog.of(request.out());
        long[] painted = new long[1];
        long[] failed = new long[1];
        try (Progress progress = Progress.start("pictures", work.missing(), request.quiet())) {
            crew.paint(units, PlannedBatches.size(request, runner), rows -> {
                rows.painted().forEach(log::painted);
                rows.failed().forEach(log::failed);
                painted[0] += rows.painted().size();
                failed[0] += rows.failed().size();
                progress.step(painted[0] + failed[0], "");
            });
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new BatchSummary(work.pictures(), work.there(), painted[0], work.failed() + failed[0], seconds);
    }

    private void grid(PictureRunner runner, long pictures) {
        Grids grids = new Grids(request.out(), pictures);
        RequestResolver resolver = PlannedBatches.resolver(request, runner, remark -> {});
        try (PromptSource.Prompts prompts =
                request.prompts().open(request.options(), runner.traits().schedule())) {
            new PlannedPictures(prompts, resolver).forEachRemaining(picture -> grids.add(picture.file()));
        }
        grids.finish();
    }
}
