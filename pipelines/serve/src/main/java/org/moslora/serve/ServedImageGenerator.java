package org.moslora.serve;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.generation.batch.SingleJob;
import org.moslora.generation.image.ImageSampler;
import org.moslora.generation.image.PictureEngine;
import org.moslora.generation.image.PictureRunner;
import org.moslora.pictures.PictureRequest;
import org.moslora.pictures.PngFile;

/** A model that makes pictures, loaded once: adapters take turns on it. */
final class ServedImageGenerator implements ServedModel {
    private final String name;
    private final PictureRunner runner;
    private final Fitting fitting;
    private Adapters.@Nullable Chosen active;
    private @Nullable PictureEngine engine;

    /** Owns the runner. */
    ServedImageGenerator(String name, PictureRunner runner, Fitting fitting) {
        this.name = name;
        this.runner = runner;
        this.fitting = fitting;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean fits(Path adapter) {
        return fitting.test(adapter);
    }

    /**
     * What a request comes down to, told before it is queued.
     *
     * @throws org.moslora.problems.InvalidInput with everything in it that the model cannot do
     */
    SingleJob planned(PictureRequest request) {
        return SingleJob.of(runner.traits(), request);
    }

    /** Paints a picture, as a PNG. */
    byte[] paint(SingleJob asked, Adapters.Chosen wanted, Runnable stepped) {
        byte[][] png = new byte[1][];
        try (ImageSampler sampler = new ImageSampler(
                taken(wanted), runner.traits()::scheduler, runner.traits().space())) {
            sampler.paint(List.of(asked.job()), stepped, (index, picture) -> png[index] = PngFile.bytes(picture));
            sampler.finish();
        }
        return png[0];
    }

    private PictureEngine taken(Adapters.Chosen wanted) {
        PictureEngine ready = engine;
        if (ready == null || !wanted.equals(active)) {
            engine = null;
            ready = runner.with(wanted.adapters());
            engine = ready;
            active = wanted;
        }
        return ready;
    }

    @Override
    public void close() {
        runner.close();
    }
}
