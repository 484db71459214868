package org.moslora.onnx.engine;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.generation.image.CachedPromptEncoder;
import org.moslora.generation.image.MmditTokens;
import org.moslora.generation.image.PictureEngine;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.PlainNoise;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.onnx.session.AdapterCache;
import org.moslora.onnx.session.AdapterSet;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.Messages;

/**
 * A {@link PictureRunner} over the graphs of a Stable Diffusion 3 or FLUX.1, this program's or Optimum's. A graph is loaded
 * when it is first needed and stays; adapters are taken up and laid down by the run.
 */
final class OnnxStreams implements PictureRunner {
    private final MmditGraphs folder;
    private final RunSettings settings;
    private final MmditTokens tokens;
    private final AdapterCache shelf;
    private final Map<String, RunningGraph> running = new LinkedHashMap<>();
    private final PromptEncoder plainTexts;

    private OnnxStreams(MmditGraphs folder, RunSettings settings, MmditTokens tokens) {
        this.folder = folder;
        this.settings = settings;
        this.tokens = tokens;
        Map<String, String> prefixes = new LinkedHashMap<>();
        folder.graphs().keySet().forEach(part -> prefixes.put(part, part + "."));
        this.shelf = new AdapterCache(folder.graphs(), prefixes, settings.threads());
        this.plainTexts = texts(shelf.of(List.of()));
    }

    static OnnxStreams open(Path path, GeneratorFamily family, RunSettings settings, Messages messages) {
        MmditGraphs folder = MmditGraphs.open(path, family);
        MmditTokens tokens = MmditTokens.open(path, folder.clips(), folder.deepTokenizer(), messages);
        return new OnnxStreams(folder, settings, tokens);
    }

    @Override
    public PictureTraits traits() {
        return settings.gpu() < 0 ? folder.traits() : folder.traits().unlimited();
    }

    @Override
    public int batch() {
        return settings.gpu() >= 0 ? 4 : 1;
    }

    @Override
    public PictureEngine with(List<ScaledAdapter> adapters) {
        AdapterSet active = shelf.of(adapters);
        boolean worded = active.components().stream().anyMatch(part -> part.startsWith(PictureFolder.TEXT));
        String transformer = MmditGraphs.TRANSFORMER;
        return new PictureEngine(
                worded ? texts(active) : plainTexts,
                new MmditSteps(folder.transformer(), graph(transformer), active.of(transformer)),
                new OnnxLatents(
                        folder.autoencoder(), () -> graph(PictureFolder.ENCODER), () -> graph(PictureFolder.DECODER)),
                new PlainNoise(),
                null);
    }

    private PromptEncoder texts(AdapterSet active) {
        return new CachedPromptEncoder(new MmditPrompts(folder, this::graph, tokens, active));
    }

    private synchronized RunningGraph graph(String part) {
        return running.computeIfAbsent(part, name -> RunningGraph.open(folder.graph(name), settings));
    }

    @Override
    public void close() {
        shelf.close();
        running.values().forEach(RunningGraph::close);
        tokens.close();
    }
}
