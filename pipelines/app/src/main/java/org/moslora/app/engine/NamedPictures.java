package org.moslora.app.engine;

import java.util.List;
import java.util.Map;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.generation.image.PictureEngine;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.PictureTraits;

/**
 * A runner whose pictures say which engine painted them.
 *
 * @param runner that engine's
 * @param traits of the model that was asked for, wherever the runner has its files from
 * @param engine as {@code --engine} names it
 */
record NamedPictures(PictureRunner runner, PictureTraits traits, String engine) implements PictureRunner {
    /** The field of a picture's parameters. */
    static final String FIELD = "Engine";

    @Override
    public Map<String, String> said() {
        return Map.of(FIELD, engine);
    }

    @Override
    public int batch() {
        return runner.batch();
    }

    @Override
    public PictureEngine with(List<ScaledAdapter> adapters) {
        return runner.with(adapters);
    }

    @Override
    public void close() {
        runner.close();
    }
}
