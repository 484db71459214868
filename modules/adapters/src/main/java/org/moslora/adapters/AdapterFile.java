package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.Factor;
import org.moslora.adapters.form.Factors;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.Trait;
import org.moslora.adapters.names.BlockLayout;
import org.moslora.adapters.names.DecoderPaths;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.LowRank;
import org.moslora.layers.Site;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/**
 * An adapter on disk in any format that people have, with every tensor accounted for: our folder and PEFT's, those of
 * diffusers, kohya, LyCORIS and the MoSLoRA authors. Nothing is loaded until it is asked for. Open one with
 * {@link #open}, close it after use.
 */
public final class AdapterFile implements AutoCloseable {
    private final AdapterSources sources;
    private final SortedMap<String, AdapterLayer> layers;
    private final SortedMap<String, Factor> projector;
    private final String format;
    private final @Nullable BlockLayout guessed;
    private final boolean latent;

    AdapterFile(
            AdapterSources sources,
            SortedMap<String, AdapterLayer> layers,
            SortedMap<String, Factor> projector,
            String format,
            @Nullable BlockLayout guessed,
            boolean latent) {
        this.sources = sources;
        this.layers = Collections.unmodifiableSortedMap(layers);
        this.projector = projector;
        this.format = format;
        this.guessed = guessed;
        this.latent = latent;
    }

    /**
     * Reads an adapter folder or file, or the {@code adapter} folder of a run.
     *
     * @throws InvalidInput naming every tensor that is no adapter's, that lacks its partner or has another rank than
     *     the config says
     */
    public static AdapterFile open(Path given) {
        Path path = place(given);
        if (path.equals(given) && isModel(given.resolve("model"))) {
            throw new InvalidInput(
                    given.toString(),
                    "is a run of kind full, which leaves no adapter but a model: name " + given.resolve("model")
                            + " as the model");
        }
        AdapterSources sources = AdapterSources.open(path);
        try {
            AdapterFile file = AdapterParser.parse(sources, null);
            sources.checkFinite();
            return file;
        } catch (InvalidInput invalid) {
            sources.close();
            throw invalid;
        }
    }

    /** What is read of what a user names: of a run, its adapter. */
    public static Path place(Path given) {
        boolean run = Files.isDirectory(given.resolve("adapter")) && !Files.exists(given.resolve(AdapterNames.CONFIG));
        return run ? given.resolve("adapter") : given;
    }

    private static boolean isModel(Path path) {
        return Files.isRegularFile(path.resolve("config.json"))
                || Files.isRegularFile(path.resolve("model_index.json"));
    }

    /** Whether there is an adapter, by the looks of its files; {@link #open} tells what may be wrong with it. */
    public static boolean isOne(Path path) {
        return AdapterSources.isOne(path);
    }

    /**
     * The same adapter, its layers found by what a model has: files for SDXL number the UNet's blocks, which is only
     * sure once it is known how many layers each resolution has, and a decoder's layers may stand alone or inside a
     * LLaVA. Shares what is open with this one.
     *
     * @param paths all linears and convolutions of the model
     */
    public AdapterFile of(Collection<String> paths) {
        boolean numbered = sources.parts().stream().anyMatch(part -> NumberedLayers.is(part.tensors()));
        return latent || numbered ? AdapterParser.parse(sources, paths) : placed(paths);
    }

    /** The same adapter, a decoder's layers where the model has them. */
    AdapterFile placed(Collection<String> paths) {
        UnaryOperator<String> place = DecoderPaths.of(paths);
        SortedMap<String, AdapterLayer> moved = new TreeMap<>();
        layers.forEach(
                (path, layer) -> moved.put(place.apply(path), new AdapterLayer(place.apply(path), layer.update())));
        return moved.keySet().equals(layers.keySet())
                ? this
                : new AdapterFile(sources, moved, projector, format, guessed, latent);
    }

    /** The folder or file. */
    public Path path() {
        return sources.path();
    }

    /** What can be trained further: MoSLoRA where layers have mixers, else LoRA. */
    public AdapterKind kind() {
        boolean said = config() != null && config().kind() == AdapterKind.MOSLORA;
        boolean mixed = layers.values().stream().anyMatch(layer -> layer.kind() == AdapterKind.MOSLORA);
        return said || mixed ? AdapterKind.MOSLORA : AdapterKind.LORA;
    }

    /** What its layers are: what the settings say, else what most layers show. */
    AdapterKind layerKind() {
        AdapterConfig config = config();
        return config != null && layers.isEmpty()
                ? config.kind()
                : AdapterKind.all().get(usual(layer -> AdapterKind.all().indexOf(layer.kind()), 0));
    }

    /** The kinds of its layers: {@code lora}, {@code moslora}, {@code locon}, {@code loha}, {@code lokr}, {@code dora}… */
    public SortedSet<String> kinds() {
        SortedSet<String> kinds = new TreeSet<>(
                layers.values().stream().map(layer -> layer.update().kind()).toList());
        boolean single = config() == null
                && layers.values().stream()
                        .anyMatch(layer -> !layer.form().kernel().isEmpty());
        if (single && kinds.remove("lora")) {
            kinds.add("locon");
        }
        if (layers.isEmpty()) {
            kinds.add(layerKind().recipeName());
        }
        return kinds;
    }

    /** Whose spelling its keys have: {@code PEFT}, {@code diffusers}, {@code kohya}… */
    public String format() {
        boolean bare = config() == null && format.equals("PEFT");
        return bare ? "diffusers" : config() != null && !config().kind().has(Trait.PEFT) ? "native" : format;
    }

    /** Whether its keys number blocks as latent diffusion does, which only files for SDXL do. */
    boolean isLatent() {
        return latent;
    }

    /** What was taken for granted of the model in reading it, to be told; empty if nothing. */
    public List<String> remarks() {
        BlockLayout blocks = guessed;
        if (format.equals("cloneofsimo")) {
            return List.of("its numbered layers are read as those of Stable Diffusion 1 or 2, or of the model that is"
                    + " given");
        }
        return blocks == null
                ? List.of()
                : List.of("its block numbers are read as those of a UNet with " + blocks.usual()
                        + " layers a resolution; " + FieldName.of("model") + " would tell");
    }

    /** The rank that most layers have. */
    public int rank() {
        AdapterConfig config = config();
        return config != null ? config.rank() : usual(AdapterLayer::rank, 1);
    }

    /** The alpha that most layers have. */
    public double alpha() {
        AdapterConfig config = config();
        return config != null ? config.alpha() : usual(AdapterLayer::alpha, 1.0);
    }

    private <T extends Comparable<T>> T usual(Function<AdapterLayer, T> number, T otherwise) {
        Map<T, Long> counts = layers.values().stream().collect(Collectors.groupingBy(number, Collectors.counting()));
        return counts.entrySet().stream()
                .max(Map.Entry.<T, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(otherwise);
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
        AdapterConfig config = config();
        return config == null ? null : config.text(key);
    }

    /** The settings of its first part; null for single files. */
    @Nullable
    AdapterConfig config() {
        return sources.parts().get(0).config();
    }

    /** Everything that its settings say. */
    JsonObject settings() {
        AdapterConfig config = config();
        return config == null ? new JsonObject() : config.json();
    }

    /** Everything that the settings of a component say; those of the whole where it has none of its own. */
    JsonObject settings(String component) {
        return sources.parts().stream()
                .filter(part -> part.home().equals(component) && part.config() != null)
                .map(part -> Objects.requireNonNull(part.config()).json())
                .findFirst()
                .orElseGet(this::settings);
    }

    /** How many bytes all of its tensors have. */
    long bytes() {
        return sources.bytes();
    }

    SortedMap<String, Factor> projectorFactors() {
        return projector;
    }

    /** Loads factors in fp32. */
    static Factors factors(Arena arena, Compute compute) {
        return factor -> new FrozenTensors(factor.source(), arena, compute).wide(factor.key());
    }

    /** A projector tensor by canonical name, in the model's format. */
    NDArray projector(Arena arena, Compute compute, String name) {
        Factor factor = projector.get(name);
        if (factor == null) {
            throw new IllegalArgumentException(name + " is not among " + projector.keySet());
        }
        return new FrozenTensors(factor.source(), arena, compute).get(factor.key());
    }

    /** A projector tensor by canonical name, in fp32. */
    NDArray wideProjector(Arena arena, String name) {
        return projector(arena, Compute.cpu(), name);
    }

    /** A layer's update as one low-rank pair in fp32 with the scale inside: down = scale·weight·M·A, up = B. */
    LowRank folded(Arena arena, Compute compute, AdapterLayer layer, double weight) {
        return layer.update().pair(arena, factors(arena, compute), weight);
    }

    /**
     * Checks that every layer fits one of a model's linears or convolutions.
     *
     * @throws InvalidInput naming each tensor that binds nothing and each whose shape does not fit
     */
    public void check(Map<String, Site> sites, Map<String, List<Long>> projectorShapes) {
        new Fit(this, sites).check(projectorShapes);
    }

    /** As {@link #check}, of layers alone: whether a projector fits is not asked. */
    void checkLayers(Map<String, Site> sites) {
        new Fit(this, sites).checkLayers();
    }

    @Override
    public void close() {
        sources.close();
    }
}
