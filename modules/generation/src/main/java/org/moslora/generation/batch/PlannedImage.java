package org.moslora.generation.batch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.generation.image.ImageJob;
import org.moslora.pictures.BatchPlace;
import org.moslora.pictures.GenerationParameters;

/**
 * One picture of a call.
 *
 * @param file its name
 * @param job how it is painted
 * @param adapters with which adapters on the model
 * @param making what its file and its row say of it
 */
record PlannedImage(String file, ImageJob job, List<ScaledAdapter> adapters, GenerationParameters making) {
    /** Whether both can be painted in one batch. */
    boolean isLike(PlannedImage other) {
        return adapters.equals(other.adapters) && job.isLike(other.job());
    }

    /** What is said of it at a place in a batch. */
    GenerationParameters at(BatchPlace place) {
        Map<String, String> more = new LinkedHashMap<>(making.more());
        more.putAll(place.fields());
        return new GenerationParameters(making.request(), making.model(), more);
    }
}
