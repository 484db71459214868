package org.moslora.generation.batch;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.generation.image.AdaptedPictures;
import org.moslora.generation.image.Painter;
import org.moslora.generation.image.PictureModel;
import org.moslora.layers.Compute;

/** The model, loaded once; adapters are switched when others are wanted. */
final class Loaded implements AutoCloseable {
    private final PictureModel model;
    private final Compute compute;
    private List<ScaledAdapter> adapters = List.of();
    private @Nullable AdaptedPictures pictures;
    private @Nullable Painter painter;

    Loaded(PictureModel model, Compute compute) {
        this.model = model;
        this.compute = compute;
    }

    Painter with(List<ScaledAdapter> wanted) {
        Painter ready = painter;
        if (ready == null || !wanted.equals(adapters)) {
            AdaptedPictures loaded = with(pictures, wanted);
            ready = new Painter(loaded.engine(), model::scheduler, model.space());
            pictures = loaded;
            painter = ready;
            adapters = wanted;
        }
        return ready;
    }

    private AdaptedPictures with(@Nullable AdaptedPictures loaded, List<ScaledAdapter> wanted) {
        if (loaded == null) {
            return model.adapted(wanted, compute);
        }
        finish();
        if (painter != null) {
            painter.close();
        }
        loaded.use(wanted);
        return loaded;
    }

    void finish() {
        if (painter != null) {
            painter.finish();
        }
    }

    @Override
    public void close() {
        if (painter != null) {
            painter.close();
        }
        if (pictures != null) {
            pictures.close();
        }
    }
}
