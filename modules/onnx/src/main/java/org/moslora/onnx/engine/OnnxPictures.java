package org.moslora.onnx.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.generation.image.CachedPromptEncoder;
import org.moslora.generation.image.PictureEngine;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.PlainNoise;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.generation.image.PromptTokens;
import org.moslora.onnx.session.AdapterCache;
import org.moslora.onnx.session.AdapterSet;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.Messages;

/**
 * A {@link PictureRunner} over a folder of graphs, this program's or Optimum's. A graph is loaded when it is first needed
 * and stays; adapters are taken up and laid down by the run. libtorch is not loaded, unless an adapter must be folded.
 */
public final class OnnxPictures implements PictureRunner {
    private final PictureFolder folder;
    private final RunSettings settings;
    private final PromptTokens tokens;
    private final AdapterCache shelf;
    private final Map<String, RunningGraph> running = new LinkedHashMap<>();
    private final PromptEncoder plainTexts;

    private OnnxPictures(PictureFolder folder, RunSettings settings, PromptTokens tokens) {
        this.folder = folder;
        this.settings = settings;
        this.tokens = tokens;
        Map<String, String> prefixes = new LinkedHashMap<>();
        folder.graphs().keySet().forEach(part -> prefixes.put(part, part + "."));
        this.shelf = new AdapterCache(folder.graphs(), prefixes, settings.threads());
        this.plainTexts = texts(shelf.of(List.of()));
    }

    /**
     * Opens a folder with a UNet.
     *
     * @param messages gets remarks for the user
     * @throws org.moslora.problems.InvalidInput with everything that is missing, damaged or not computed here
     */
    public static OnnxPictures open(Path path, RunSettings settings, Messages messages) {
        PictureFolder folder = PictureFolder.open(path);
        return new OnnxPictures(folder, settings, PromptTokens.open(path, folder.texts(), messages));
    }

    /**
     * Opens a folder of whatever family.
     *
     * @param messages gets remarks for the user
     * @throws org.moslora.problems.InvalidInput with everything that is missing, damaged or not computed here
     */
    public static PictureRunner runner(Path path, RunSettings settings, Messages messages) {
        GeneratorFamily family = GeneratorFamily.of(path);
        return switch (family) {
            case STABLE_DIFFUSION -> open(path, settings, messages);
            case STABLE_DIFFUSION_3, FLUX_1 -> new OnnxStreams(MmditFamily.open(path, family, messages), settings);
            case Z_IMAGE -> new OnnxStreams(ChatFamily.zImage(path, messages), settings);
            case FLUX2_KLEIN -> new OnnxStreams(ChatFamily.flux2(path, messages), settings);
        };
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
        return new PictureEngine(
                worded ? texts(active) : plainTexts,
                new OnnxDenoiser(folder, graph(PictureFolder.UNET), active.of(PictureFolder.UNET)),
                new OnnxLatents(
                        folder.autoencoder(), () -> graph(PictureFolder.ENCODER), () -> graph(PictureFolder.DECODER)),
                new PlainNoise(),
                null);
    }

    private PromptEncoder texts(AdapterSet active) {
        List<RunningGraph> encoders = new ArrayList<>();
        encoders.add(graph(PictureFolder.TEXT));
        if (folder.isXl()) {
            encoders.add(graph(PictureFolder.TEXT_2));
        }
        return new CachedPromptEncoder(new OnnxPromptEncoder(folder, encoders, tokens, active));
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
