package org.moslora.generation.batch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.moslora.problems.Problems;

/** The pictures of a stream of prompts, one after the other. What is wrong with a prompt is gathered, not thrown. */
final class PlannedPictures implements Iterator<PlannedImage> {
    private static final int MOST_PROBLEMS = 50;

    private final PromptSource.Prompts prompts;
    private final RequestResolver resolver;
    private final Problems problems = new Problems();
    private final Deque<PlannedImage> ahead = new ArrayDeque<>();

    PlannedPictures(PromptSource.Prompts prompts, RequestResolver resolver) {
        this.prompts = prompts;
        this.resolver = resolver;
    }

    @Override
    public boolean hasNext() {
        while (ahead.isEmpty() && prompts.hasNext() && problems.found().size() < MOST_PROBLEMS) {
            problems.collect(() -> ahead.addAll(resolver.resolve(prompts.next())));
        }
        return !ahead.isEmpty();
    }

    @Override
    public PlannedImage next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there are no more pictures");
        }
        return ahead.remove();
    }

    /** Everything that was wrong so far. */
    Problems problems() {
        return problems;
    }
}
