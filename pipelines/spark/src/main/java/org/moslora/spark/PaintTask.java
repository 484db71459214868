package org.moslora.spark;

import java.util.ArrayList;
import java.util.List;
import org.moslora.app.SharedWork;
import org.moslora.generation.batch.BatchRows;
import org.moslora.generation.batch.BatchSession;
import org.moslora.generation.batch.BatchUnit;

/** Paints a batch, on an executor. */
final class PaintTask implements ElementTask<BatchUnit, BatchRows> {
    private static final long serialVersionUID = 1;

    private final List<String> words;

    PaintTask(List<String> words) {
        this.words = new ArrayList<>(words);
    }

    @Override
    public BatchRows of(BatchUnit unit) {
        return Executor.kept(words.toString(), BatchSession.class, () -> SharedWork.painting(words))
                .paint(unit);
    }
}
