package org.moslora.onnx.engine;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.examples.Example;
import org.moslora.examples.text.Encoded;
import org.moslora.generation.Decoder;
import org.moslora.generation.LanguageModelRunner;
import org.moslora.layers.AvailableMemory;
import org.moslora.llava.tiles.TiledConfig;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.onnx.session.AdapterCache;
import org.moslora.onnx.session.AdapterSet;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.InvalidInput;

/**
 * A {@link LanguageModelRunner} over a folder of graphs. Graphs are loaded once; adapters are taken up by {@link #use} and hold for
 * what is asked after it.
 */
public final class OnnxLanguageModelRunner implements LanguageModelRunner {
    private final OnnxLanguageModelFolder folder;
    private final Pieces pieces;
    private final AdapterCache shelf;
    private final LongSupplier memory;
    private final Map<String, RunningGraph> running = new LinkedHashMap<>();
    private AdapterSet active;
    private OnnxDecoder decoder;

    private OnnxLanguageModelRunner(OnnxLanguageModelFolder folder, RunSettings settings, Pieces pieces) {
        this.folder = folder;
        this.pieces = pieces;
        this.memory = settings.gpu() < 0 ? AvailableMemory::bytes : () -> Long.MAX_VALUE;
        this.shelf = new AdapterCache(folder.graphs(), Map.of(), settings.threads());
        try {
            folder.graphs().forEach((name, header) -> running.put(name, RunningGraph.open(header, settings)));
        } catch (InvalidInput refused) {
            running.values().forEach(RunningGraph::close);
            throw refused;
        }
        this.active = shelf.of(List.of());
        active.retain();
        this.decoder = runs();
    }

    /**
     * Loads a folder's graphs.
     *
     * @throws InvalidInput with what is wrong with the graphs or an adapter
     */
    public static OnnxLanguageModelRunner open(
            OnnxLanguageModelFolder folder, List<ScaledAdapter> adapters, RunSettings settings) {
        return open(folder, adapters, settings, Pieces.USUAL);
    }

    static OnnxLanguageModelRunner open(
            OnnxLanguageModelFolder folder, List<ScaledAdapter> adapters, RunSettings settings, Pieces pieces) {
        OnnxLanguageModelRunner runner = new OnnxLanguageModelRunner(folder, settings, pieces);
        try {
            runner.use(adapters);
            return runner;
        } catch (InvalidInput misfit) {
            runner.close();
            throw misfit;
        }
    }

    /**
     * Takes up these adapters, each with its own scale, and lays down all others. Conversations that go on keep theirs.
     *
     * @throws InvalidInput when one cannot be read or does not fit
     */
    public void use(List<ScaledAdapter> adapters) {
        AdapterSet before = active;
        active = shelf.of(adapters);
        active.retain();
        before.release();
        decoder = runs();
    }

    private OnnxDecoder runs() {
        MultimodalConfig seeing = folder.seeing();
        if (seeing == null) {
            return new OnnxDecoder(new DecoderRuns(
                    folder.text(),
                    pieces,
                    graph(OnnxLanguageModelFolder.ALONE),
                    null,
                    active,
                    OnnxLanguageModelFolder.ALONE));
        }
        VisionRuns vision = new VisionRuns(
                graph(OnnxLanguageModelFolder.VISION),
                active.of(OnnxLanguageModelFolder.VISION),
                seeing instanceof TiledConfig
                        ? List.of("image_features", "newline_embeds")
                        : List.of("image_features"));
        boolean blockwise = folder.graph(OnnxLanguageModelFolder.VISION).blockwise();
        Embeddings embeddings = new Embeddings(
                seeing,
                GraphFeatures.of(seeing, vision::run, blockwise, memory),
                graph(OnnxLanguageModelFolder.EMBEDDING));
        return new OnnxDecoder(new DecoderRuns(
                folder.text(),
                pieces,
                graph(OnnxLanguageModelFolder.DECODER),
                embeddings,
                active,
                OnnxLanguageModelFolder.DECODER));
    }

    private RunningGraph graph(String name) {
        return java.util.Objects.requireNonNull(running.get(name), name);
    }

    @Override
    public Decoder decoder() {
        return decoder;
    }

    @Override
    public float[] losses(List<Example> examples) {
        int count = examples.stream()
                .mapToInt(example -> example.encoded().supervised())
                .sum();
        float[] losses = new float[count];
        int[] at = {0};
        for (Example example : examples) {
            Encoded encoded = example.encoded();
            int[] labels = encoded.labels();
            try (OnnxConversation whole = decoder.open(encoded.ids().length)) {
                whole.end(encoded.ids(), example.pixels(), (from, logits) -> {
                    int rows = logits.capacity() / folder.text().vocabulary();
                    for (int i = from + 1; i < Math.min(labels.length, from + 1 + rows); i++) {
                        if (labels[i] != Encoded.IGNORED) {
                            losses[at[0]++] = loss(logits, i - 1 - from, labels[i]);
                        }
                    }
                });
            }
        }
        return losses;
    }

    /** Negative log-likelihood of a token by one row of logits. */
    private float loss(FloatBuffer logits, int row, int token) {
        float[] scores = new float[folder.text().vocabulary()];
        logits.get(row * scores.length, scores);
        double top = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            top = Math.max(top, score);
        }
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp(score - top);
        }
        return (float) (top + Math.log(sum) - scores[token]);
    }

    @Override
    public void close() {
        active.release();
        shelf.close();
        running.values().forEach(RunningGraph::close);
    }
}
