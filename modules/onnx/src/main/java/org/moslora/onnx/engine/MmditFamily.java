package org.moslora.onnx.engine;

import ai.onnxruntime.OrtLoraAdapter;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.MmditTokens;
import org.moslora.generation.image.MmditTraits;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.onnx.session.AdapterSet;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.Messages;

/** An exported Stable Diffusion 3 or FLUX.1, this program's or Optimum's. */
record MmditFamily(MmditGraphs folder, MmditTokens tokens) implements PictureFamily {
    static MmditFamily open(Path path, GeneratorFamily family, Messages messages) {
        MmditGraphs folder = MmditGraphs.open(path, family);
        return new MmditFamily(folder, MmditTokens.open(path, folder.clips(), folder.deepTokenizer(), messages));
    }

    @Override
    public Map<String, GraphHeader> graphs() {
        return folder.graphs();
    }

    @Override
    public AutoencoderConfig autoencoder() {
        return folder.autoencoder();
    }

    @Override
    public PictureTraits traits() {
        return MmditTraits.of(
                folder.path(), folder.transformer(), folder.autoencoder(), folder.clips(), folder.schedule());
    }

    @Override
    public PromptEncoder prompts(Function<String, RunningGraph> graphs, AdapterSet adapters) {
        return new MmditPrompts(folder, graphs, tokens, adapters);
    }

    @Override
    public Denoiser steps(RunningGraph graph, @Nullable OrtLoraAdapter adapter) {
        return new MmditSteps(folder.transformer(), graph, adapter);
    }

    @Override
    public void close() {
        tokens.close();
    }
}
