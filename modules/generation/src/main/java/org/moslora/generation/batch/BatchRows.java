package org.moslora.generation.batch;

import java.io.Serializable;
import java.util.List;

/**
 * What came of a batch: rows for the files of the output folder, which whoever leads adds.
 *
 * @param painted one a picture that is written
 * @param failed one a picture that there is none of
 */
public record BatchRows(List<String> painted, List<String> failed) implements Serializable {
    private static final long serialVersionUID = 1;

    public BatchRows {
        painted = List.copyOf(painted);
        failed = List.copyOf(failed);
    }
}
