package org.moslora.onnx.session;

import ai.onnxruntime.OrtLoraAdapter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Engine;
import org.moslora.layers.Site;
import org.moslora.onnx.adapter.AdapterFormatFile;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.onnx.adapter.GraphFactor;
import org.moslora.onnx.graph.Layers;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;

/**
 * The adapters that runs of a model take up and lay down. A set that was used lately is kept ready, so that another
 * request costs nothing but the look-up. Several at once are one pair a layer, side by side along the rank.
 */
public final class AdapterCache implements AutoCloseable {
    private static final int KEPT = 16;

    private final Map<String, GraphHeader> graphs;
    private final Map<String, String> prefixes;
    private final int threads;
    private final Map<List<ScaledAdapter>, AdapterSet> kept = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * An empty shelf.
     *
     * @param graphs of the model, by component
     * @param prefixes what the model's paths of a component's layers begin with and the graph's own leave out
     * @param threads for folding adapters that are no {@code .onnx_adapter}
     */
    public AdapterCache(Map<String, GraphHeader> graphs, Map<String, String> prefixes, int threads) {
        this.graphs = Map.copyOf(graphs);
        this.prefixes = Map.copyOf(prefixes);
        this.threads = threads;
    }

    /**
     * A set of adapters, each with its own scale, by component. Whoever uses them longer than until the next call
     * retains them.
     *
     * @throws InvalidInput when one cannot be read, is no low-rank pair, or does not fit the graphs
     */
    public synchronized AdapterSet of(List<ScaledAdapter> given) {
        List<ScaledAdapter> adapters = summed(given);
        AdapterSet ready = kept.get(adapters);
        if (ready == null) {
            ready = new AdapterSet(adapters.isEmpty() ? Map.of() : load(adapters));
            kept.put(List.copyOf(adapters), ready);
            if (kept.size() > KEPT) {
                var oldest = kept.entrySet().iterator();
                oldest.next().getValue().release();
                oldest.remove();
            }
        }
        return ready;
    }

    /** One that is named several times is one with the sum of its scales: all are pairs here, which add up. */
    private static List<ScaledAdapter> summed(List<ScaledAdapter> given) {
        Map<Path, Double> scales = new LinkedHashMap<>();
        given.forEach(adapter -> scales.merge(adapter.path(), adapter.weight(), Double::sum));
        return scales.entrySet().stream()
                .map(entry -> new ScaledAdapter(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Map<String, OrtLoraAdapter> load(List<ScaledAdapter> adapters) {
        if (graphs.values().stream().allMatch(graph -> graph.optional().isEmpty())) {
            throw new InvalidInput(
                    adapters.get(0).path().toString(),
                    "cannot be taken up: the graphs were exported without " + FieldName.of("adapters-as-inputs")
                            + "; do that, or merge it:" + " export " + FieldName.of("adapter"));
        }
        PairFit fit = new PairFit(graphs);
        SortedMap<String, SortedMap<String, GraphFactor>> sums = new TreeMap<>();
        List<ScaledAdapter> folded = new ArrayList<>();
        for (ScaledAdapter adapter : adapters) {
            if (GraphAdapters.isOne(adapter.path())) {
                add(sums, fit.checked(adapter.path().toString(), ready(adapter)));
            } else {
                folded.add(adapter);
            }
        }
        if (!folded.isEmpty()) {
            Engine.start(threads);
            try (LoadedAdapters fixed = LoadedAdapters.open(folded)) {
                String where = folded.size() == 1 ? folded.get(0).path().toString() : FieldName.of("adapter");
                add(sums, fit.checked(where, GraphAdapters.materialize(fixed, sites())));
            }
        }
        Map<String, ByteBuffer> files = new LinkedHashMap<>();
        sums.forEach((component, factors) ->
                files.put(component, AdapterFormatFile.bytes(List.copyOf(factors.values()), type(component))));
        Map<String, OrtLoraAdapter> loaded = new LinkedHashMap<>();
        files.forEach((component, bytes) -> loaded.put(component, RunningGraph.adapter(bytes)));
        return loaded;
    }

    /** Files of the format, scaled; the scale goes into the outer half. */
    private static SortedMap<String, List<GraphFactor>> ready(ScaledAdapter adapter) {
        SortedMap<String, List<GraphFactor>> read = GraphAdapters.read(adapter.path());
        read.replaceAll((component, factors) -> factors.stream()
                .map(factor -> factor.isUp() ? factor.times(adapter.weight()) : factor)
                .toList());
        return read;
    }

    private static void add(
            SortedMap<String, SortedMap<String, GraphFactor>> sums, SortedMap<String, List<GraphFactor>> more) {
        more.forEach((component, factors) -> {
            SortedMap<String, GraphFactor> own = sums.computeIfAbsent(component, name -> new TreeMap<>());
            factors.forEach(factor -> own.merge(factor.name(), factor, GraphFactor::beside));
        });
    }

    private DType type(String component) {
        GraphHeader graph = graphs.get(component);
        return graph != null && graph.takesHalves() ? DType.F16 : DType.F32;
    }

    /** The layers that take pairs, as a model's sites. */
    private Map<String, Site> sites() {
        Map<String, Site> sites = new TreeMap<>();
        String down = Layers.down("");
        graphs.forEach((component, graph) -> graph.optional().forEach((name, inner) -> {
            if (name.endsWith(down)) {
                String own = name.substring(0, name.length() - down.length());
                String path = prefixes.getOrDefault(component, "") + own;
                DeclaredValue outer = graph.optional().get(Layers.up(own));
                if (outer != null) {
                    sites.put(path, site(path, inner.dims(), outer.dims()));
                }
            }
        }));
        return sites;
    }

    private static Site site(String path, List<Long> inner, List<Long> outer) {
        if (inner.size() == 2) {
            return new Site(path, inner.get(0), outer.get(1), false);
        }
        List<Long> kernel = inner.subList(2, 4);
        return new Site(path, inner.get(1) * kernel.get(0) * kernel.get(1), outer.get(0), false, kernel);
    }

    @Override
    public synchronized void close() {
        kept.values().forEach(AdapterSet::release);
        kept.clear();
    }
}
