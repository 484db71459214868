package org.moslora.onnx.engine;

import ai.onnxruntime.OrtLoraAdapter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.generation.image.PromptTokens;
import org.moslora.onnx.session.AdapterSet;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.Messages;

/** An exported Stable Diffusion 1, 2 or XL, this program's or Optimum's. */
record UNetFamily(PictureFolder folder, PromptTokens tokens) implements PictureFamily {
    static UNetFamily open(Path path, Messages messages) {
        PictureFolder folder = PictureFolder.open(path);
        return new UNetFamily(folder, PromptTokens.open(path, folder.texts(), messages));
    }

    @Override
    public String denoiser() {
        return PictureFolder.UNET;
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
        return folder.traits();
    }

    @Override
    public PromptEncoder prompts(Function<String, RunningGraph> graphs, AdapterSet adapters) {
        List<RunningGraph> encoders = new ArrayList<>();
        encoders.add(graphs.apply(PictureFolder.TEXT));
        if (folder.isXl()) {
            encoders.add(graphs.apply(PictureFolder.TEXT_2));
        }
        return new OnnxPromptEncoder(folder, encoders, tokens, adapters);
    }

    @Override
    public Denoiser steps(RunningGraph graph, @Nullable OrtLoraAdapter adapter) {
        return new OnnxDenoiser(folder, graph, adapter);
    }

    @Override
    public void close() {
        tokens.close();
    }
}
