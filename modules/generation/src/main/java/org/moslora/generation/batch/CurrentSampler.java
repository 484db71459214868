package org.moslora.generation.batch;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.generation.image.ImageSampler;
import org.moslora.generation.image.PictureRunner;

/** The painter at the moment; another one when other adapters are wanted. The runner stays its owner's. */
final class CurrentSampler implements AutoCloseable {
    private final PictureRunner runner;
    private List<ScaledAdapter> adapters = List.of();
    private @Nullable ImageSampler painter;

    CurrentSampler(PictureRunner runner) {
        this.runner = runner;
    }

    ImageSampler with(List<ScaledAdapter> wanted) {
        ImageSampler ready = painter;
        if (ready == null || !wanted.equals(adapters)) {
            finish();
            close();
            ready = new ImageSampler(
                    runner.with(wanted),
                    runner.traits()::scheduler,
                    runner.traits().space());
            painter = ready;
            adapters = wanted;
        }
        return ready;
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
            painter = null;
        }
    }
}
