package org.moslora.adapters;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.moslora.adapters.form.BiasDelta;
import org.moslora.layers.Site;
import org.moslora.problems.NearestName;
import org.moslora.problems.Problems;

/** Whether an adapter's layers fit a model, with everything told that does not. */
final class Fit {
    private static final String BASE = "was this adapter trained for another base?";

    private final AdapterFile file;
    private final Map<String, Site> sites;
    private final Problems problems = new Problems();

    Fit(AdapterFile file, Map<String, Site> sites) {
        this.file = file;
        this.sites = sites;
    }

    /** Layers and a projector, which must have these shapes. */
    void check(Map<String, List<Long>> projectorShapes) {
        layers();
        projector(projectorShapes);
        problems.throwIfAny();
    }

    /** Layers alone. */
    void checkLayers() {
        layers();
        problems.throwIfAny();
    }

    /** How many layers bind, and then whatever does not; the projector as {@link #check} wants it. */
    List<String> told(Map<String, List<Long>> projectorShapes) {
        int bound = layers();
        projector(projectorShapes);
        List<String> lines = new ArrayList<>();
        lines.add("binds: " + bound + " of " + file.layers().size() + " layers");
        problems.found().forEach(problem -> lines.add(Description.MISFIT + problem.what()));
        return lines;
    }

    /** Tells of all that do not fit, and counts those that do. */
    private int layers() {
        int bound = 0;
        List<AdapterLayer> strangers = new ArrayList<>();
        for (AdapterLayer layer : file.layers().values()) {
            Site site = sites.get(layer.path());
            if (site == null) {
                strangers.add(layer);
            } else if (layer.fits(site) && hasBias(layer, site)) {
                bound++;
            } else {
                misfit(layer, site);
            }
        }
        if (!strangers.isEmpty()) {
            unbound(strangers);
        }
        return bound;
    }

    private void unbound(List<AdapterLayer> strangers) {
        int all = file.layers().size();
        problems.add(
                where(),
                "%s of its %d layers bind to no linear of this model: %s%s; %s",
                strangers.size() == all ? "all" : strangers.size(),
                all,
                AdapterNames.shortened(strangers.stream()
                        .map(layer -> layer.form().inner().key())
                        .toList()),
                NearestName.to(strangers.get(0).path(), new TreeSet<>(sites.keySet()))
                        .map(near -> " (the nearest linear is " + near + ")")
                        .orElse(""),
                ForeignFamilies.of(strangers.stream().map(AdapterLayer::path).toList())
                        .map(family -> "it is for " + family + ", which this program does not run")
                        .orElse(BASE));
    }

    private static boolean hasBias(AdapterLayer layer, Site site) {
        BiasDelta shift = layer.update().shift();
        return shift == null || !shift.replaces() || site.biased();
    }

    private void misfit(AdapterLayer layer, Site site) {
        BiasDelta shift = layer.update().shift();
        if (shift != null && layer.fits(site)) {
            problems.add(where(), "%s, but %s has no bias; %s", shift.factor().described(), site.path(), BASE);
            return;
        }
        if (layer.form().isEmbedding() != site.isEmbedding()) {
            problems.add(
                    where(),
                    "%s, a factor of %s, but %s is %s; %s",
                    layer.form().inner().described(),
                    layer.form().isEmbedding() ? "an embedding table" : "a linear layer",
                    site.path(),
                    site.isEmbedding() ? "an embedding table" : "none",
                    BASE);
            return;
        }
        if (site.inputs() != layer.inputs()) {
            problems.add(
                    where(),
                    "%s, which makes %d inputs, but %s takes %d inputs; %s",
                    layer.form().describedInputs(),
                    layer.inputs(),
                    site.path(),
                    site.inputs(),
                    BASE);
        } else if (site.outputs() == layer.outputs()) {
            problems.add(
                    where(),
                    "%s, but the kernel of %s is %s; %s",
                    layer.form().inner().described(),
                    site.path(),
                    site.kernel(),
                    BASE);
        }
        if (site.outputs() != layer.outputs()) {
            problems.add(
                    where(),
                    "%s, which makes %d outputs, but %s gives %d outputs; %s",
                    layer.form().describedOutputs(),
                    layer.outputs(),
                    site.path(),
                    site.outputs(),
                    BASE);
        }
    }

    private void projector(Map<String, List<Long>> shapes) {
        if (file.projector().isEmpty()) {
            return;
        }
        SortedMap<String, List<Long>> own = new TreeMap<>();
        file.projectorFactors().forEach((name, factor) -> own.put(name, factor.shape()));
        if (!own.equals(new TreeMap<>(shapes))) {
            problems.add(
                    file.projectorFactors()
                            .values()
                            .iterator()
                            .next()
                            .source()
                            .origin()
                            .toString(),
                    "holds a projector of %s, but this model's is %s",
                    own,
                    new TreeMap<>(shapes));
        }
    }

    private String where() {
        return file.path().toString();
    }
}
