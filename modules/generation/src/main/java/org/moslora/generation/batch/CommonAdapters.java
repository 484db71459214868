package org.moslora.generation.batch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.pictures.AdapterUse;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.problems.FieldName;
import org.moslora.problems.Problems;

/** Adapters that are asked for on the command line, for every prompt that names none itself. */
final class CommonAdapters {
    private CommonAdapters() {}

    /**
     * Looks for their files, before a model is opened for them.
     *
     * @throws org.moslora.problems.InvalidInput naming each that is not there
     */
    static void mustBeThere(Options options) {
        Problems problems = new Problems();
        for (AdapterUse use : options.get(Option.ADAPTERS, List.of())) {
            if (!Files.exists(Path.of(use.path()))) {
                problems.add(FieldName.of("adapter", use.path()), "there is nothing there");
            }
        }
        problems.throwIfAny();
    }

    /** As a model takes them. */
    static List<ScaledAdapter> of(Options options) {
        return scaled(options.get(Option.ADAPTERS, List.of()));
    }

    static List<ScaledAdapter> scaled(List<AdapterUse> uses) {
        return uses.stream()
                .map(use -> new ScaledAdapter(Path.of(use.path()), use.scale()))
                .toList();
    }
}
