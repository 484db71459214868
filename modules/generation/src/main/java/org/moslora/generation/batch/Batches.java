package org.moslora.generation.batch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Gathers like pictures of a stream into batches. Which picture is in which batch depends on the stream alone, so that a
 * call that goes on, or one that does a part only, has the same batches. A few pictures are held at a time.
 */
final class Batches implements Iterator<List<PlannedImage>> {
    /** How many batches stand open at a time, so that pictures come out in about the order in which they were asked. */
    private static final int OPEN = 8;

    private final Iterator<PlannedImage> pictures;
    private final int size;
    private final List<List<PlannedImage>> open = new ArrayList<>();
    private @Nullable List<PlannedImage> ahead;

    Batches(Iterator<PlannedImage> pictures, int size) {
        this.pictures = pictures;
        this.size = size;
    }

    @Override
    public boolean hasNext() {
        while (ahead == null && pictures.hasNext()) {
            ahead = add(pictures.next());
        }
        if (ahead == null && !open.isEmpty()) {
            ahead = open.remove(0);
        }
        return ahead != null;
    }

    @Override
    public List<PlannedImage> next() {
        if (!hasNext() || ahead == null) {
            throw new NoSuchElementException("there are no more batches");
        }
        List<PlannedImage> batch = ahead;
        ahead = null;
        return batch;
    }

    /** Puts a picture beside those like it; the batch that is to be painted now, or null. */
    private @Nullable List<PlannedImage> add(PlannedImage picture) {
        List<PlannedImage> batch = open.stream()
                .filter(each -> each.get(0).isLike(picture))
                .findFirst()
                .orElse(null);
        if (batch == null) {
            batch = new ArrayList<>();
            open.add(batch);
        }
        batch.add(picture);
        if (batch.size() == size) {
            open.remove(batch);
            return batch;
        }
        return open.size() > OPEN ? open.remove(0) : null;
    }
}
