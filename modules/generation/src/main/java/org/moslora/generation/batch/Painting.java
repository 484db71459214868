package org.moslora.generation.batch;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import org.moslora.console.progress.Progress;
import org.moslora.examples.image.Picture;
import org.moslora.pictures.BatchPlace;
import org.moslora.pictures.ImageRows;
import org.moslora.pictures.Making;
import org.moslora.pictures.PngFile;

/** Paints batches into a folder. */
final class Painting {
    private final Path out;
    private final Loaded loaded;
    private final Progress progress;
    private long done;

    Painting(Path out, Loaded loaded, Progress progress) {
        this.out = out;
        this.loaded = loaded;
        this.progress = progress;
    }

    /** Every picture of every batch. */
    void all(List<List<Planned>> batches) {
        batches.forEach(batch -> paint(batch, batch.size(), index -> true));
    }

    /** Pictures at the place of a batch at which one of them was painted before, which makes the same bits again. */
    void again(List<Planned> pictures, BatchPlace place) {
        for (Planned picture : pictures) {
            paint(Collections.nCopies(place.size(), picture), 1, index -> index == place.position());
        }
    }

    private void paint(List<Planned> batch, int counted, IntPredicate wanted) {
        Runnable stepped = () -> {
            done += counted;
            progress.step(done, batch.get(0).file());
        };
        loaded.with(batch.get(0).adapters())
                .paint(batch.stream().map(Planned::job).toList(), stepped, (index, picture) -> {
                    if (wanted.test(index)) {
                        write(batch.get(index), new BatchPlace(batch.size(), index), picture);
                    }
                });
    }

    /** The picture first, then its row: a row without its picture would be taken for done. */
    private void write(Planned planned, BatchPlace place, Picture picture) {
        Making making = planned.at(place);
        PngFile.write(out.resolve(planned.file()), picture, making);
        ImageRows.append(out, planned.file(), making);
    }
}
