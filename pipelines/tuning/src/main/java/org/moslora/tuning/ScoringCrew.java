package org.moslora.tuning;

import java.util.List;
import java.util.function.BiConsumer;

/** Others that score passes of an evaluation, wherever they are. */
@FunctionalInterface
public interface ScoringCrew {
    /**
     * Has all passes scored, and returns when they are.
     *
     * @param passes how many there are
     * @param done takes a pass's number and its rows as it ends; one at a time
     */
    void score(int passes, BiConsumer<Integer, List<ScoredRow>> done);
}
