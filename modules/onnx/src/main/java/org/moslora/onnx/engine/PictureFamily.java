package org.moslora.onnx.engine;

import ai.onnxruntime.OrtLoraAdapter;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.onnx.session.AdapterSet;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunningGraph;

/** An exported folder of an image generator: what it holds, and how its graphs are asked. Owns its tokenizers. */
interface PictureFamily extends AutoCloseable {
    /** The component that denoises, of the families of which it is a transformer. */
    String TRANSFORMER = "transformer";

    /** The component that denoises. */
    default String denoiser() {
        return TRANSFORMER;
    }

    /** The graphs of the components by their folders. */
    Map<String, GraphHeader> graphs();

    /** Its autoencoder's config. */
    AutoencoderConfig autoencoder();

    /** What has to be known to plan pictures. */
    PictureTraits traits();

    /**
     * What reads texts.
     *
     * @param graphs loads the graph of a component
     */
    PromptEncoder prompts(Function<String, RunningGraph> graphs, AdapterSet adapters);

    /** What denoises. */
    Denoiser steps(RunningGraph graph, @Nullable OrtLoraAdapter adapter);

    @Override
    void close();
}
