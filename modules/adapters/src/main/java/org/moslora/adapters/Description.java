package org.moslora.adapters;

import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.moslora.adapters.names.Components;
import org.moslora.adapters.names.NumberedNaming;
import org.moslora.layers.Site;

/** Says in a few lines what an adapter is. */
public final class Description {
    /** How a line begins that tells of something which does not bind. */
    public static final String MISFIT = "does not bind: ";

    private Description() {}

    /** Kind, rank, alpha and number of layers; format and scale; family; what was taken for granted. */
    public static List<String> of(AdapterFile file) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "adapter: %s, rank %d, alpha %s, %d layers adapted",
                String.join(" + ", file.kinds()),
                file.rank(),
                AdapterConfig.plain(file.alpha()),
                file.layers().size()));
        lines.add("format: " + file.format() + ", " + scales(file));
        ranks(file).ifPresent(lines::add);
        Set<String> leaves = new TreeSet<>();
        file.layers()
                .keySet()
                .forEach(layer -> leaves.add(NumberedNaming.isUnknown(layer) ? "numbered ones" : leaf(layer)));
        lines.add("layers: " + String.join(", ", leaves));
        components(file, lines);
        if (!file.projector().isEmpty()) {
            lines.add("projector: " + file.projector().size() + " trained tensors");
        }
        ForeignFamilies.of(file.layers().keySet())
                .ifPresent(family -> lines.add("family: " + family + ", which this program does not run"));
        Families.of(file).ifPresent(family -> lines.add("family: " + family.description()));
        String base = file.said("base_model_name_or_path");
        if (base != null && !base.isEmpty()) {
            lines.add("base: " + base);
        }
        file.remarks().forEach(remark -> lines.add("note: " + remark));
        return lines;
    }

    /**
     * How many layers bind to a model, and a line for everything that does not: names that the model lacks, shapes that
     * are not its own.
     *
     * @param file read for the model, see {@link AdapterFile#of}
     * @param sites all that an adapter can sit on
     * @param projectorShapes of the model's projector; empty if it has none
     */
    public static List<String> binding(
            AdapterFile file, Map<String, Site> sites, Map<String, List<Long>> projectorShapes) {
        return new Fit(file, sites).told(projectorShapes);
    }

    /** The ranks that layers have, where these are not all that of the first line. */
    private static Optional<String> ranks(AdapterFile file) {
        // Whole LoKr factors have none.
        IntSummaryStatistics ranks = file.layers().values().stream()
                .filter(layer -> !layer.isWhole())
                .mapToInt(AdapterLayer::rank)
                .summaryStatistics();
        boolean one = ranks.getCount() == 0 || (ranks.getMin() == file.rank() && ranks.getMax() == file.rank());
        return one ? Optional.empty() : Optional.of("ranks: " + ranks.getMin() + " to " + ranks.getMax());
    }

    private static String scales(AdapterFile file) {
        Set<Double> scales = new TreeSet<>();
        file.layers().values().forEach(layer -> scales.add(layer.scale()));
        return scales.isEmpty()
                ? "no scale"
                : scales.size() == 1
                        ? "scale " + scales.iterator().next()
                        : "scales " + scales.iterator().next() + " to " + new TreeSet<>(scales).last();
    }

    private static void components(AdapterFile file, List<String> lines) {
        for (String component : Components.ALL) {
            long count = file.layers().keySet().stream()
                    .filter(path -> path.startsWith(component))
                    .count();
            if (count > 0) {
                lines.add(component.substring(0, component.length() - 1) + ": " + count + " layers");
            }
        }
    }

    /** The last name of a path, with the number that may follow it: {@code to_out.0}. */
    private static String leaf(String path) {
        String last = path.substring(path.lastIndexOf('.') + 1);
        return last.matches("\\d+")
                ? path.substring(path.lastIndexOf('.', path.length() - last.length() - 2) + 1)
                : last;
    }
}
