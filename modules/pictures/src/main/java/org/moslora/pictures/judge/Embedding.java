package org.moslora.pictures.judge;

import java.nio.file.Path;
import java.util.List;

/** A model that puts pictures and texts into one space, where what goes together lies in one direction. */
public interface Embedding {
    /**
     * Where pictures lie.
     *
     * @return a vector for each file, in their order; all of one length of at least 1, finite, of whatever norm
     */
    List<float[]> pictures(List<Path> files);

    /**
     * Where texts lie.
     *
     * @return as {@link #pictures} does, of the same length
     */
    List<float[]> texts(List<String> texts);
}
