package org.moslora.training.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.AdapterInitialization;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;

/** The adapters that a recipe starts from: {@code init_from} of each block, several of which may name one folder. */
public final class InitFrom {
    private final Map<Path, Set<String>> sources = new LinkedHashMap<>();

    /** Takes note of a component's block. */
    public InitFrom add(String component, AdapterBlock block) {
        Path from = block.initFrom();
        if (from != null) {
            sources.computeIfAbsent(from, path -> new LinkedHashSet<>()).add(component);
        }
        return this;
    }

    /** Every folder or file that is named, once. */
    public Set<Path> paths() {
        return sources.keySet();
    }

    /**
     * Copies them into what is trained.
     *
     * @return what the user should be told
     * @throws org.moslora.problems.InvalidInput when one of them cannot be read or does not fit
     */
    public List<String> load(TrainedAdapters adapters, Arena arena, Compute compute) {
        List<String> remarks = new ArrayList<>();
        sources.forEach((path, components) -> {
            try (AdapterFile file = AdapterFile.open(path)) {
                remarks.addAll(AdapterInitialization.load(file, components, adapters, arena, compute));
            }
        });
        return remarks;
    }
}
