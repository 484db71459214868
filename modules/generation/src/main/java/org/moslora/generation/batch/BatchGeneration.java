package org.moslora.generation.batch;

import java.util.List;
import org.moslora.console.progress.Progress;
import org.moslora.console.progress.StopRequest;
import org.moslora.console.progress.Stopped;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.PictureTraits;
import org.moslora.pictures.BatchPlace;
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
        void batch(List<PlannedImage> batch);
    }

    /**
     * Generates.
     *
     * @throws InvalidInput with everything wrong with prompts, options and model, before a picture is written; for a
     *     file of prompts, what cannot be painted later on is listed beside the pictures
     * @throws org.moslora.problems.NotFinite if a picture came to numbers that are not finite, unless it is listed
     */
    public BatchSummary run() {
        BatchSummary[] summary = new BatchSummary[1];
        Shard shard = request.shard();
        String part = shard.equals(Shard.WHOLE) ? "" : "-" + shard.index() + "-of-" + shard.count();
        OutputLock.inside(FieldName.of("out", request.out()), request.out(), part)
                .during(() -> summary[0] = generated());
        return summary[0];
    }

    private BatchSummary generated() {
        CommonAdapters.mustBeThere(request.options());
        try (PictureRunner runner = opening.open(messages)) {
            OutputIndex standing = OutputIndex.read(request.out(), request.retry());
            Work work = work(runner, standing);
            OutputIndex.prepare(request.out(), request.retry());
            tell(work);
            long start = System.nanoTime();
            BatchSummary nothing = new BatchSummary(work.pictures(), work.there(), 0, work.failed(), 0);
            BatchSummary summary = work.missing() > 0 ? painted(runner, standing, work, start) : nothing;
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
    private Work work(PictureRunner runner, OutputIndex standing) {
        Work[] sum = {new Work(0, 0, 0, 0)};
        each(runner, messages, batch -> {
            mustNotBeForeign(batch, standing);
            sum[0] = sum[0].plus(of(batch, runner.traits(), standing));
        });
        return sum[0];
    }

    private void mustNotBeForeign(List<PlannedImage> batch, OutputIndex standing) {
        for (PlannedImage picture : batch) {
            if (standing.isForeign(picture)) {
                throw new InvalidInput(
                        FieldName.of("out", request.out()),
                        "holds another " + picture.file()
                                + ", which this program did not write there; name another folder");
            }
        }
    }

    private static Work of(List<PlannedImage> batch, PictureTraits traits, OutputIndex standing) {
        long there = batch.stream().filter(standing::has).count();
        long failed = batch.stream()
                .filter(picture -> !standing.has(picture) && standing.failed(picture))
                .count();
        boolean idle = there + failed == batch.size();
        long steps = idle ? 0 : (long) batch.size() * batch.get(0).job().calls(traits);
        return new Work(batch.size(), there, failed, steps);
    }

    /** Every batch of this shard, once. */
    private void each(PictureRunner runner, Messages remarks, Each each) {
        RequestResolver resolver = resolver(runner, remarks);
        try (PromptSource.Prompts prompts = request.prompts().open(request.options())) {
            PlannedPictures pictures = new PlannedPictures(prompts, resolver);
            Batches batches = new Batches(pictures, size(runner));
            for (long number = 0; !StopRequest.isMade() && batches.hasNext(); number++) {
                List<PlannedImage> batch = batches.next();
                if (request.shard().holds(number)) {
                    each.batch(batch);
                }
            }
            pictures.problems().throwIfAny();
        }
    }

    private BatchSummary painted(PictureRunner runner, OutputIndex standing, Work work, long start) {
        try (Progress progress = Progress.start("steps", work.steps(), request.quiet());
                CurrentSampler loaded = new CurrentSampler(runner)) {
            boolean listing = request.prompts() instanceof PromptSource.Lines;
            // What is wrong with the command's own adapters is no row's fault.
            loaded.with(CommonAdapters.of(request.options()));
            BatchWriter painting = new BatchWriter(request.out(), loaded, progress, listing);
            StopRequest.attending(() -> {
                each(runner, remark -> {}, batch -> paint(painting, batch, standing));
                loaded.finish();
            });
            if (StopRequest.isMade()) {
                throw new Stopped((painting.painted() + work.there()) + " of " + work.pictures()
                        + " pictures are painted; the same command goes on");
            }
            return new BatchSummary(
                    work.pictures(),
                    work.there(),
                    painting.painted(),
                    work.failed() + painting.failed(),
                    (System.nanoTime() - start) / 1e9);
        }
    }

    private void paint(BatchWriter painting, List<PlannedImage> batch, OutputIndex standing) {
        if (batch.stream().allMatch(picture -> standing.has(picture) || standing.failed(picture))) {
            return;
        }
        if (request.batch() == 0 && request.prompts() instanceof PromptSource.FromPicture picture) {
            painting.again(batch, BatchPlace.read(picture.file()));
        } else {
            painting.paint(batch, index -> !standing.has(batch.get(index)) && !standing.failed(batch.get(index)));
        }
    }

    private void grid(PictureRunner runner, long pictures) {
        Grids grids = new Grids(request.out(), pictures);
        RequestResolver resolver = resolver(runner, remark -> {});
        try (PromptSource.Prompts prompts = request.prompts().open(request.options())) {
            new PlannedPictures(prompts, resolver).forEachRemaining(picture -> grids.add(picture.file()));
        }
        grids.finish();
    }

    private RequestResolver resolver(PictureRunner runner, Messages remarks) {
        return new RequestResolver(runner.traits(), request.options(), size(runner), runner.said(), remarks);
    }

    private int size(PictureRunner runner) {
        return request.batch() > 0 ? request.batch() : runner.batch();
    }
}
