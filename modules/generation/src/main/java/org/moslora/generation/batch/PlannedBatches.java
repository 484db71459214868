package org.moslora.generation.batch;

import java.util.Iterator;
import java.util.List;
import org.moslora.generation.image.PictureRunner;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;

/** The batches of a call, read from its prompts as they are asked for. */
final class PlannedBatches implements Iterator<List<PlannedImage>>, AutoCloseable {
    private final PromptSource.Prompts prompts;
    private final PlannedPictures pictures;
    private final Batches batches;

    PlannedBatches(BatchRequest request, PictureRunner runner, Messages remarks) {
        this.prompts = request.prompts().open(request.options(), runner.traits().schedule());
        this.pictures = new PlannedPictures(prompts, resolver(request, runner, remarks));
        this.batches = new Batches(pictures, size(request, runner));
    }

    /** What makes pictures of what is asked for. */
    static RequestResolver resolver(BatchRequest request, PictureRunner runner, Messages remarks) {
        return new RequestResolver(runner.traits(), request.options(), size(request, runner), runner.said(), remarks);
    }

    /** Pictures of one pass. */
    static int size(BatchRequest request, PictureRunner runner) {
        return request.batch() > 0 ? request.batch() : runner.batch();
    }

    @Override
    public boolean hasNext() {
        return batches.hasNext();
    }

    @Override
    public List<PlannedImage> next() {
        return batches.next();
    }

    /** Everything that was wrong so far. */
    Problems problems() {
        return pictures.problems();
    }

    @Override
    public void close() {
        prompts.close();
    }
}
