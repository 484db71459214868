package org.moslora.generation.batch;

import java.nio.file.Path;
import org.moslora.pictures.FailedRows;
import org.moslora.pictures.ImageRows;

/** Takes the rows of pictures, once they are written or found to fail. */
interface BatchLog {
    /** A picture is written. */
    void painted(String row);

    /** There is none, and why. */
    void failed(String row);

    /** Adds them to the files of an output folder. */
    static BatchLog of(Path out) {
        return new BatchLog() {
            @Override
            public void painted(String row) {
                ImageRows.append(out, row);
            }

            @Override
            public void failed(String row) {
                FailedRows.append(out, row);
            }
        };
    }
}
