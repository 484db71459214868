package org.moslora.samples;

import java.nio.file.Path;
import org.moslora.AdapterMerge;

/** Writes a model with an adapter added into its weights: {@code MergeAdapter MODEL ADAPTER OUT}. */
public final class MergeAdapter {
    private MergeAdapter() {}

    /** Runs the sample. */
    public static void main(String... arguments) {
        AdapterMerge.into(Path.of(arguments[0])).with(Path.of(arguments[1])).write(Path.of(arguments[2]));
    }
}
