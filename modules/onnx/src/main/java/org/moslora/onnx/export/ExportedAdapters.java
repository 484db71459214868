package org.moslora.onnx.export;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.AdapterLayer;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.MergedWeights;
import org.moslora.adapters.Targets;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Site;
import org.moslora.llama.BackboneFolder;
import org.moslora.onnx.graph.Element;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** What adapters do to an export: they go into the weights, or they say which layers take pairs as inputs. */
final class ExportedAdapters implements AutoCloseable {
    private final LoadedAdapters merged;
    private final Set<String> inputs;
    private final Arena arena;
    private final Element stored;

    private ExportedAdapters(LoadedAdapters merged, Set<String> inputs, Element stored) {
        this.merged = merged;
        this.inputs = inputs;
        this.stored = stored;
        this.arena = Arena.open(Compute.cpu());
    }

    /**
     * Opens a request's adapters and checks them against a model.
     *
     * @param sites the linears and convolutions of all components
     * @param projector shapes of a projector that an adapter may bring
     * @throws InvalidInput naming every tensor that does not fit and every target that names nothing
     */
    static ExportedAdapters of(ExportRequest request, Map<String, Site> sites, Map<String, List<Long>> projector) {
        if (!request.inputs()) {
            LoadedAdapters adapters = LoadedAdapters.open(request.adapters());
            try {
                adapters.check(sites, projector);
                return new ExportedAdapters(adapters, Set.of(), request.stored());
            } catch (InvalidInput misfit) {
                adapters.close();
                throw misfit;
            }
        }
        try (LoadedAdapters named = LoadedAdapters.open(request.adapters())) {
            named.check(sites, projector);
            checkNoTable(named);
            tellOfProjectors(named, request);
            Set<String> layers = new LinkedHashSet<>();
            named.files().forEach(file -> layers.addAll(file.layers().keySet()));
            layers.addAll(chosen(request, sites));
            return new ExportedAdapters(LoadedAdapters.open(List.of()), layers, request.stored());
        }
    }

    /** What the targets choose; everything where neither adapters nor targets say anything. */
    private static Set<String> chosen(ExportRequest request, Map<String, Site> sites) {
        if (request.targets().isEmpty()) {
            return request.adapters().isEmpty() ? linears(sites) : Set.of();
        }
        Problems problems = new Problems();
        Set<String> chosen =
                new Targets(request.targets(), List.of(), null).choose(List.copyOf(linears(sites)), problems);
        problems.throwIfAny();
        return chosen;
    }

    /** What can take a pair: everything but embedding tables, of which graphs look rows up. */
    private static Set<String> linears(Map<String, Site> sites) {
        Set<String> paths = new TreeSet<>();
        sites.forEach((path, site) -> {
            if (!site.isEmbedding()) {
                paths.add(path);
            }
        });
        return paths;
    }

    private static void checkNoTable(LoadedAdapters named) {
        for (AdapterFile file : named.files()) {
            for (AdapterLayer layer : file.layers().values()) {
                if (layer.form().isEmbedding()) {
                    throw new InvalidInput(
                            file.path().toString(),
                            "changes " + layer.path()
                                    + ", an embedding table, which no graph takes pairs for; merge it:"
                                    + " export " + FieldName.of("adapter"));
                }
            }
        }
    }

    private static void tellOfProjectors(LoadedAdapters named, ExportRequest request) {
        named.files().stream()
                .filter(file -> !file.projector().isEmpty())
                .forEach(file -> request.messages()
                        .tell(file.path()
                                + " brings a trained projector, which takes no inputs, so the graphs will not"
                                + " serve it; merge it instead: export " + FieldName.of("adapter") + " without "
                                + FieldName.of("adapters-as-inputs")));
    }

    /** Checks that no adapter goes into an embedding table that is the head too. */
    void checkBesides(BackboneFolder model) {
        if (model.text().tied()) {
            merged.checkBesides(model.table());
        }
    }

    /** Whether a layer takes a pair. */
    Predicate<String> inputs(String prefix) {
        return path -> inputs.contains(prefix + path);
    }

    /**
     * A component's weights as they are to be written.
     *
     * @param prefix what the model's paths of its layers begin with
     */
    java.util.function.Function<String, TensorData> weights(WeightSource source, String prefix) {
        MergedWeights weights = new MergedWeights(source, merged, name -> prefix + name, arena, stored.stored());
        return weights::tensor;
    }

    /** What the adapters say under a config key, the first that says anything. */
    @Nullable
    String said(String key) {
        return merged.said(key);
    }

    @Override
    public void close() {
        arena.close();
        merged.close();
    }
}
