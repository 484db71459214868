package org.moslora.generation.batch;

import java.nio.file.Path;
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
    private final Path out;
    private final CurrentSampler loaded;
    private final Progress progress;
    private final boolean listing;
    private final AtomicLong painted = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private long done;

    /** @param listing whether a picture that cannot be painted is listed, and does not end the call */
    BatchWriter(Path out, CurrentSampler loaded, Progress progress, boolean listing) {
        this.out = out;
        this.loaded = loaded;
        this.progress = progress;
        this.listing = listing;
    }

    /** Pictures painted so far. */
    long painted() {
        return painted.get();
    }

    /** Pictures listed so far that cannot be. */
    long failed() {
        return failed.get();
    }

    /** Those pictures of a batch that are wanted; all are painted, so that each comes out as it would with the others. */
    void paint(List<PlannedImage> batch, IntPredicate wanted) {
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
    void again(List<PlannedImage> pictures, BatchPlace place) {
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
        loaded.with(batch.get(0).adapters())
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
        GenerationParameters making = planned.at(place);
        PngFile.write(out.resolve(planned.file()), picture, making);
        ImageRows.append(out, planned.file(), making);
        painted.incrementAndGet();
    }

    private void list(PlannedImage planned, RuntimeException reason) {
        FailedRows.append(out, planned.file(), planned.making(), String.valueOf(reason.getMessage()));
        failed.incrementAndGet();
    }
}
