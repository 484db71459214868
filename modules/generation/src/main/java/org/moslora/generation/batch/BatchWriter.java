package org.moslora.generation.batch;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import org.moslora.console.progress.Progress;
import org.moslora.examples.image.Picture;
import org.moslora.generation.image.ImageSampler;
import org.moslora.pictures.BatchPlace;
import org.moslora.pictures.FailedRows;
import org.moslora.pictures.GenerationParameters;
import org.moslora.pictures.ImageRows;
import org.moslora.pictures.PngFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NotFinite;

/** Paints batches into a folder. */
final class BatchWriter {
    private final BatchRequest request;
    private final CurrentSampler sampler;
    private final Progress progress;
    private final BatchLog log;
    private final boolean listing;
    private final AtomicLong painted = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private long done;

    /** @param log gets the rows; a picture of a file of prompts that cannot be painted is one, and does not end the call */
    BatchWriter(BatchRequest request, CurrentSampler sampler, Progress progress, BatchLog log) {
        this.request = request;
        this.sampler = sampler;
        this.progress = progress;
        this.log = log;
        this.listing = request.prompts() instanceof PromptSource.Lines;
    }

    /** Pictures painted so far. */
    long painted() {
        return painted.get();
    }

    /** Pictures listed so far that cannot be. */
    long failed() {
        return failed.get();
    }

    /** A batch of a call, at whatever place the pictures were painted before. */
    void paintUnit(List<PlannedImage> batch, IntPredicate wanted) {
        if (request.batch() == 0 && request.prompts() instanceof PromptSource.FromPicture picture) {
            again(batch, BatchPlace.read(picture.file()));
        } else {
            paint(batch, wanted);
        }
    }

    /** Those pictures of a batch that are wanted; all are painted, so that each comes out as it would with the others. */
    private void paint(List<PlannedImage> batch, IntPredicate wanted) {
        try {
            paint(batch, batch.size(), wanted);
        } catch (NotFinite | InvalidInput reason) {
            if (!listing) {
                throw reason;
            }
            if (batch.size() == 1) {
                list(batch.get(0), reason);
                return;
            }
            for (int i = 0; i < batch.size(); i++) {
                if (wanted.test(i)) {
                    paint(List.of(batch.get(i)), index -> true);
                }
            }
        }
    }

    /** Pictures at the place of a batch at which one of them was painted before, which makes the same bits again. */
    private void again(List<PlannedImage> pictures, BatchPlace place) {
        for (PlannedImage picture : pictures) {
            paint(Collections.nCopies(place.size(), picture), 1, index -> index == place.position());
        }
    }

    private void paint(List<PlannedImage> batch, int counted, IntPredicate wanted) {
        Runnable stepped = () -> {
            done += counted;
            progress.step(done, batch.get(0).file());
        };
        List<PlannedImage> own = List.copyOf(batch);
        own.forEach(planned -> planned.making().request().mustBeText());
        sampler.with(batch.get(0).adapters())
                .paint(own.stream().map(PlannedImage::job).toList(), stepped, new ImageSampler.Sink() {
                    @Override
                    public void painted(int index, Picture picture) {
                        if (wanted.test(index)) {
                            write(own.get(index), new BatchPlace(own.size(), index), picture);
                        }
                    }

                    @Override
                    public void failed(int index, NotFinite reason) {
                        if (!listing) {
                            throw reason;
                        }
                        if (wanted.test(index)) {
                            list(own.get(index), reason);
                        }
                    }
                });
    }

    /** The picture first, then its row: a row without its picture would be taken for done. */
    private void write(PlannedImage planned, BatchPlace place, Picture picture) {
        GenerationParameters parameters = planned.at(place);
        PngFile.write(request.out().resolve(planned.file()), picture, parameters);
        log.painted(ImageRows.row(planned.file(), parameters));
        painted.incrementAndGet();
    }

    private void list(PlannedImage planned, RuntimeException reason) {
        log.failed(FailedRows.row(planned.file(), planned.making(), String.valueOf(reason.getMessage())));
        failed.incrementAndGet();
    }
}
