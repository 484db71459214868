package org.moslora.generation.batch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.generation.image.Job;
import org.moslora.pictures.BatchPlace;
import org.moslora.pictures.Making;

/**
 * One picture of a call.
 *
 * @param file its name
 * @param job how it is painted
 * @param adapters with which adapters on the model
 * @param making what its file and its row say of it
 */
record Planned(String file, Job job, List<ScaledAdapter> adapters, Making making) {
    /** Whether both can be painted in one batch. */
    boolean isLike(Planned other) {
        return adapters.equals(other.adapters) && job.isLike(other.job());
    }

    /** What is said of it at a place in a batch. */
    Making at(BatchPlace place) {
        Map<String, String> more = new LinkedHashMap<>(making.more());
        more.putAll(place.fields());
        return new Making(making.request(), making.model(), more);
    }
}
