package org.moslora.generation.batch;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.generation.image.ImageSampler;
import org.moslora.generation.image.PictureRunner;

/** The sampler of the adapters that are on at the moment; another one when other adapters are wanted. The runner stays its owner's. */
final class CurrentSampler implements AutoCloseable {
    private final PictureRunner runner;
    private List<ScaledAdapter> adapters = List.of();
    private @Nullable ImageSampler sampler;

    CurrentSampler(PictureRunner runner) {
        this.runner = runner;
    }

    ImageSampler with(List<ScaledAdapter> wanted) {
        ImageSampler ready = sampler;
        if (ready == null || !wanted.equals(adapters)) {
            finish();
            close();
            ready = new ImageSampler(
                    runner.with(wanted),
                    runner.traits()::scheduler,
                    runner.traits().space());
            sampler = ready;
            adapters = wanted;
        }
        return ready;
    }

    void finish() {
        if (sampler != null) {
            sampler.finish();
        }
    }

    @Override
    public void close() {
        if (sampler != null) {
            sampler.close();
            sampler = null;
        }
    }
}
