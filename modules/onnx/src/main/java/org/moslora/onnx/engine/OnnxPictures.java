package org.moslora.onnx.engine;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.generation.image.CachedPromptEncoder;
import org.moslora.generation.image.PictureEngine;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.PlainNoise;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.onnx.session.AdapterCache;
import org.moslora.onnx.session.AdapterSet;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;

/**
 * A {@link PictureRunner} over a folder of graphs, this program's or Optimum's. A graph is loaded when it is first needed
 * and stays; adapters are taken up and laid down by the run. libtorch is not loaded, unless an adapter must be folded.
 */
public final class OnnxPictures implements PictureRunner {
    private final PictureFamily family;
    private final RunSettings settings;
    private final AdapterCache shelf;
    private final Map<String, RunningGraph> running = new LinkedHashMap<>();
    private final PromptEncoder plainTexts;

    /** Owns the family. */
    private OnnxPictures(PictureFamily family, RunSettings settings) {
        this.family = family;
        this.settings = settings;
        Map<String, String> prefixes = new LinkedHashMap<>();
        family.graphs().keySet().forEach(part -> prefixes.put(part, part + "."));
        this.shelf = new AdapterCache(family.graphs(), prefixes, settings.threads());
        try {
            this.plainTexts = texts(shelf.of(List.of()));
        } catch (InvalidInput refused) {
            close();
            throw refused;
        }
    }

    /**
     * Opens a folder of whatever family.
     *
     * @param messages gets remarks for the user
     * @throws org.moslora.problems.InvalidInput with everything that is missing, damaged or not computed here
     */
    public static OnnxPictures open(Path path, RunSettings settings, Messages messages) {
        GeneratorFamily family = GeneratorFamily.of(path);
        return new OnnxPictures(
                switch (family) {
                    case STABLE_DIFFUSION -> UNetFamily.open(path, messages);
                    case STABLE_DIFFUSION_3, FLUX_1 -> MmditFamily.open(path, family, messages);
                    case Z_IMAGE -> ChatFamily.zImage(path, messages);
                    case FLUX2_KLEIN -> ChatFamily.flux2(path, messages);
                },
                settings);
    }

    @Override
    public PictureTraits traits() {
        return settings.gpu() < 0 ? family.traits() : family.traits().unlimited();
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
                family.steps(graph(family.denoiser()), active.of(family.denoiser())),
                new OnnxLatents(
                        family.autoencoder(), () -> graph(PictureFolder.ENCODER), () -> graph(PictureFolder.DECODER)),
                new PlainNoise(),
                null);
    }

    private PromptEncoder texts(AdapterSet active) {
        return new CachedPromptEncoder(family.prompts(this::graph, active));
    }

    private synchronized RunningGraph graph(String part) {
        return running.computeIfAbsent(
                part,
                name -> RunningGraph.open(Objects.requireNonNull(family.graphs().get(name)), settings));
    }

    @Override
    public void close() {
        shelf.close();
        running.values().forEach(RunningGraph::close);
        family.close();
    }
}
