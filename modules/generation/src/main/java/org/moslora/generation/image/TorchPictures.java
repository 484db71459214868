package org.moslora.generation.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Compute;
import org.moslora.problems.InvalidInput;

/** A {@link PictureRunner} over libtorch: loaded once, adapters are switched. Owns the model. */
public final class TorchPictures implements PictureRunner {
    private static final int ON_GPU = 4;

    private final ImageModel model;
    private final Compute compute;
    private @Nullable AdaptedPictures pictures;

    /** Nothing is loaded before it is asked for. */
    public TorchPictures(ImageModel model, Compute compute) {
        this.model = model;
        this.compute = compute;
    }

    @Override
    public PictureTraits traits() {
        return compute.device().isGpu() ? model.traits().unlimited() : model.traits();
    }

    @Override
    public int batch() {
        return compute.device().isGpu() ? ON_GPU : 1;
    }

    @Override
    public PictureEngine with(List<ScaledAdapter> wanted) {
        AdaptedPictures ready = pictures;
        if (ready == null) {
            ready = model.adapted(wanted, compute);
            pictures = ready;
            return ready.engine();
        }
        try {
            ready.use(wanted);
            return ready.engine();
        } catch (InvalidInput misfit) {
            drop(); // some layers may have taken it up already
            throw misfit;
        }
    }

    private void drop() {
        if (pictures != null) {
            pictures.close();
            pictures = null;
        }
    }

    @Override
    public void close() {
        drop();
        model.close();
    }
}
