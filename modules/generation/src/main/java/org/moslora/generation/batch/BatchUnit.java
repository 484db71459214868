package org.moslora.generation.batch;

import java.io.Serializable;
import java.util.BitSet;

/**
 * A batch that somebody is to paint: it follows from the whole of the prompts, so that its pictures have the same bytes
 * whoever paints them.
 *
 * @param number of the batch, from 0
 * @param wanted which of its pictures are missing
 */
public record BatchUnit(long number, BitSet wanted) implements Serializable {
    private static final long serialVersionUID = 1;

    public BatchUnit {
        wanted = (BitSet) wanted.clone();
    }

    @Override
    public BitSet wanted() {
        return (BitSet) wanted.clone();
    }
}
