package org.moslora.samples;

import java.nio.file.Path;
import java.util.List;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Engine;
import org.moslora.problems.Messages;
import org.moslora.tuning.Merging;

/** Writes a model with an adapter added into its weights: {@code MergeAdapter MODEL ADAPTER[:SCALE] OUT}. */
public final class MergeAdapter {
    private MergeAdapter() {}

    /** Runs the sample. */
    public static void main(String... arguments) {
        Engine.start(Engine.defaultThreads());
        Merging.merge(
                Path.of(arguments[0]),
                List.of(ScaledAdapter.parse(arguments[1])),
                Path.of(arguments[2]),
                null,
                false,
                Messages.stderr(false));
    }
}
