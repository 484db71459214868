package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.Component;
import org.moslora.layers.IdleMemory;
import org.moslora.tensors.WeightSource;

/**
 * The parts of one model work one after the other, and a picture takes seconds at the least: while one works, the files
 * of the others need not lie in memory. Parts that share a file stay together.
 */
final class ComponentResidency {
    private final Map<Component, Set<Path>> files = new EnumMap<>(Component.class);
    private @Nullable Component working;

    /** @param weights of the parts, which stay their owner's */
    ComponentResidency(Map<Component, WeightSource> weights) {
        weights.forEach((component, source) -> files.put(component, files(source)));
    }

    private static Set<Path> files(WeightSource source) {
        return source.names().stream().map(source::file).collect(Collectors.toSet());
    }

    /** Says which part works from now on: its files are left alone, those of all others leave memory. */
    void take(Component part) {
        if (part == working) {
            return;
        }
        working = part;
        Set<Path> others = new HashSet<>();
        files.forEach((component, own) -> {
            if (component != part) {
                others.addAll(own);
            }
        });
        others.removeAll(files.getOrDefault(part, Set.of()));
        if (!others.isEmpty()) {
            IdleMemory.giveBack(others);
        }
    }
}
