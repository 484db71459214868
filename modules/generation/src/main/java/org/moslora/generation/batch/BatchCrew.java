package org.moslora.generation.batch;

import java.util.List;
import java.util.function.Consumer;

/** Others that paint batches, wherever they are; each has a {@link BatchSession}. */
@FunctionalInterface
public interface BatchCrew {
    /**
     * Has all units painted, and returns when they are.
     *
     * @param batch pictures of one pass, as it was settled
     * @param done takes what came of a unit as it ends; one at a time
     */
    void paint(List<BatchUnit> units, int batch, Consumer<BatchRows> done);
}
