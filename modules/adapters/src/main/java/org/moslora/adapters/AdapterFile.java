package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.LowRank;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Nearest;
import org.moslora.problems.Problems;
import org.moslora.tensors.WeightSource;

/**
 * An adapter on disk, ours, PEFT's or the MoSLoRA authors', with every tensor accounted for. Nothing is loaded until
 * it is asked for. Open one with {@link #open}, close it after use.
 */
public final class AdapterFile implements AutoCloseable {
    private final Path path;
    private final AdapterConfig config;
    private final AdapterKind kind;
    private final WeightSource tensors;
    private final @Nullable WeightSource beside;
    private final SortedMap<String, AdapterLayer> layers;
    private final SortedMap<String, String> projector;

    AdapterFile(
            Path path,
            AdapterConfig config,
            AdapterKind kind,
            WeightSource tensors,
            @Nullable WeightSource beside,
            SortedMap<String, AdapterLayer> layers,
            SortedMap<String, String> projector) {
        this.path = path;
        this.config = config;
        this.kind = kind;
        this.tensors = tensors;
        this.beside = beside;
        this.layers = layers;
        this.projector = projector;
    }

    /**
     * Reads an adapter folder, or the {@code adapter} folder of a run.
     *
     * @throws InvalidInput naming every tensor that is no adapter's, that lacks its partner or has another rank than
     *     the config says
     */
    public static AdapterFile open(Path given) {
        Path folder = given;
        if (Files.isDirectory(given.resolve("adapter")) && !Files.exists(given.resolve(AdapterNames.CONFIG))) {
            folder = given.resolve("adapter");
        }
        if (!Files.exists(folder)) {
            throw new InvalidInput(given.toString(), "there is no such adapter folder");
        }
        return new AdapterReader(folder).read();
    }

    /** The folder. */
    public Path path() {
        return path;
    }

    /** Its kind. */
    public AdapterKind kind() {
        return kind;
    }

    /** The rank that most layers have. */
    public int rank() {
        return config.rank();
    }

    /** The alpha that most layers have. */
    public double alpha() {
        return config.alpha();
    }

    /** Its layers by canonical path. */
    public SortedMap<String, AdapterLayer> layers() {
        return layers;
    }

    /** Canonical names of the projector tensors that it brings. */
    public Set<String> projector() {
        return projector.keySet();
    }

    /** What the config says under a key, as text, or null. */
    public @Nullable String said(String key) {
        return config.text(key);
    }

    AdapterConfig config() {
        return config;
    }

    WeightSource tensors() {
        return tensors;
    }

    /** A tensor of the file in fp32. */
    NDArray tensor(Arena arena, Compute compute, String key) {
        return new FrozenTensors(tensors, arena, compute).wide(key);
    }

    /** A projector tensor by canonical name, in the model's format. */
    NDArray projector(Arena arena, Compute compute, String name) {
        String key = projector.get(name);
        if (key == null) {
            throw new IllegalArgumentException(name + " is not among " + projector.keySet());
        }
        return new FrozenTensors(beside == null ? tensors : beside, arena, compute).get(key);
    }

    /** A projector tensor by canonical name, in fp32. */
    NDArray wideProjector(Arena arena, String name) {
        return projector(arena, Compute.cpu(), name);
    }

    /** A layer's update as one low-rank pair in fp32 with the scale inside: down = scale·weight·M·A, up = B. */
    LowRank folded(Arena arena, Compute compute, AdapterLayer layer, double weight) {
        NDArray down = tensor(arena, compute, layer.down());
        double scale = layer.scale() * weight;
        String key = layer.mixer();
        NDArray scaled = key == null
                ? Kernels.get().one(arena, "scaled", down, scale)
                : Kernels.get().one(arena, "scaled_product", tensor(arena, compute, key), down, scale);
        NDArray up = tensor(arena, compute, layer.up());
        return new LowRank(
                matrix(arena, scaled, layer.rank(), layer.inputs()), matrix(arena, up, layer.outputs(), layer.rank()));
    }

    /** The factors of a convolution as kernels take them. */
    private static NDArray matrix(Arena arena, NDArray factor, long rows, long columns) {
        return factor.getShape().dimension() == 2
                ? factor
                : Kernels.get().one(arena, "window", factor, 0, new long[] {rows, columns});
    }

    /**
     * Checks that every layer fits one of a model's linears.
     *
     * @throws InvalidInput naming each tensor that binds nothing and each whose shape does not fit
     */
    public void check(Map<String, Site> sites, Map<String, List<Long>> projectorShapes) {
        Problems problems = new Problems();
        List<String> strangers = new ArrayList<>();
        for (AdapterLayer layer : layers.values()) {
            Site site = sites.get(layer.path());
            if (site == null) {
                strangers.add(layer.down());
            } else if (!layer.fits(site)) {
                misfit(layer, site, problems);
            }
        }
        if (!strangers.isEmpty()) {
            problems.add(
                    path.toString(),
                    "%s of its %d layers bind to no linear of this model: %s%s; was it trained for another base?",
                    strangers.size() == layers.size() ? "all" : strangers.size(),
                    layers.size(),
                    AdapterNames.shortened(strangers),
                    Nearest.to(strangers.get(0), new TreeSet<>(sites.keySet()))
                            .map(near -> " (the nearest linear is " + near + ")")
                            .orElse(""));
        }
        checkProjector(projectorShapes, problems);
        problems.throwIfAny();
    }

    private void misfit(AdapterLayer layer, Site site, Problems problems) {
        if (site.inputs() != layer.inputs()) {
            problems.add(
                    path.toString(),
                    "%s is %s, but %s takes %d inputs; was this adapter trained for another base?",
                    layer.down(),
                    layer.downShape(),
                    site.path(),
                    site.inputs());
        } else if (site.outputs() == layer.outputs()) {
            problems.add(
                    path.toString(),
                    "%s is %s, but the kernel of %s is %s; was this adapter trained for another base?",
                    layer.down(),
                    layer.downShape(),
                    site.path(),
                    site.kernel());
        }
        if (site.outputs() != layer.outputs()) {
            problems.add(
                    path.toString(),
                    "%s is [%d, %d], but %s gives %d outputs; was this adapter trained for another base?",
                    layer.up(),
                    layer.outputs(),
                    layer.rank(),
                    site.path(),
                    site.outputs());
        }
    }

    private void checkProjector(Map<String, List<Long>> shapes, Problems problems) {
        if (projector.isEmpty()) {
            return;
        }
        SortedMap<String, List<Long>> own = new TreeMap<>();
        WeightSource source = beside == null ? tensors : beside;
        projector.forEach((name, key) -> own.put(name, source.info(key).shape()));
        if (!own.equals(new TreeMap<>(shapes))) {
            problems.add(
                    source.origin().toString(),
                    "holds a projector of %s, but this model's is %s",
                    own,
                    new TreeMap<>(shapes));
        }
    }

    @Override
    public void close() {
        tensors.close();
        if (beside != null) {
            beside.close();
        }
    }
}
