package org.moslora.generation.batch;

import java.util.List;
import java.util.Map;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.generation.image.ImageJob;
import org.moslora.generation.image.PictureTraits;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.pictures.PictureRequest;

/**
 * One picture that is asked for by itself, everything that was not said filled in as for a folder of them.
 *
 * @param job how it is painted
 * @param adapters with which adapters on the model
 */
public record SingleJob(ImageJob job, List<ScaledAdapter> adapters) {
    public SingleJob {
        adapters = List.copyOf(adapters);
    }

    /**
     * The first picture of a request.
     *
     * @throws org.moslora.problems.InvalidInput with everything in it that the model cannot do
     */
    public static SingleJob of(PictureTraits model, PictureRequest request) {
        PictureRequest first =
                new PictureRequest(request.prompt(), request.options().without(Option.IMAGES));
        PlannedImage planned = new RequestResolver(model, Options.NONE, 1, Map.of(), remark -> {})
                .resolve(first)
                .get(0);
        return new SingleJob(planned.job(), planned.adapters());
    }
}
