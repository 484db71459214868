package org.moslora.onnx.engine;

import ai.onnxruntime.OrtLoraAdapter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.generation.image.ChatTokens;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.FlowFolder;
import org.moslora.generation.image.FlowTraits;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.onnx.session.AdapterSet;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/**
 * An exported Z-Image or FLUX.2 klein, whose text a chat model reads.
 *
 * @param traits what has to be known to plan pictures
 * @param reading of texts
 * @param placed whether the transformer takes latents place by place, and is told where each stands: FLUX.2's
 */
record ChatFamily(
        Map<String, GraphHeader> graphs,
        AutoencoderConfig autoencoder,
        PictureTraits traits,
        ChatPrompts.Reading reading,
        boolean placed,
        ChatTokens tokens)
        implements PictureFamily {
    private static final int PATCH = 2;
    private static final String TOKENIZER = "tokenizer";

    static ChatFamily zImage(Path path, Messages messages) {
        Problems problems = new Problems();
        ZImageConfig config = config(path, TRANSFORMER, ZImageConfig::read, problems);
        LanguageModelConfig text = config(path, PictureFolder.TEXT, FlowFolder::decoder, problems);
        AutoencoderConfig autoencoder =
                config(path, PictureFolder.DECODER, PictureFit.shaped(AutoencoderConfig::read), problems);
        problems.throwIfAny();
        ChatPrompts.Reading reading = new ChatPrompts.Reading(FlowTraits.zImageText(text), text.hidden(), false);
        Map<String, GraphHeader> graphs = graphs(path, reading, List.of(), "latent_parameters");
        fit(graphs, reading, "cap_feat_dim", config.textWidth(), autoencoder, config.channels());
        return new ChatFamily(
                graphs,
                autoencoder,
                FlowTraits.zImage(path, config, text, autoencoder, FlowTraits.zImageSchedule(path)),
                reading,
                false,
                ChatTokens.open(path.resolve(TOKENIZER), true, messages));
    }

    static ChatFamily flux2(Path path, Messages messages) {
        Problems problems = new Problems();
        ConfigSection index = ConfigSection.read(path.resolve("model_index.json"), problems);
        Flux2Config config = config(path, TRANSFORMER, Flux2Config::read, problems);
        LanguageModelConfig text = config(path, PictureFolder.TEXT, FlowFolder::decoder, problems);
        AutoencoderConfig autoencoder =
                config(path, PictureFolder.DECODER, PictureFit.shaped(ChatFamily::packed), problems);
        boolean distilled = index.flag("is_distilled", false);
        problems.throwIfAny();
        ChatPrompts.Reading reading = new ChatPrompts.Reading(FlowTraits.flux2Text(), text.hidden(), true);
        Map<String, GraphHeader> graphs = graphs(path, reading, List.of("txt_ids", "img_ids"), "latent_sample");
        fit(graphs, reading, "joint_attention_dim", config.textWidth(), autoencoder, config.channels());
        return new ChatFamily(
                graphs,
                autoencoder,
                FlowTraits.flux2(path, config, text, autoencoder, FlowTraits.flux2Schedule(path), distilled),
                reading,
                true,
                ChatTokens.open(path.resolve(TOKENIZER), false, messages));
    }

    /** One whose graphs pack and norm latents themselves. */
    private static AutoencoderConfig packed(ConfigSection given) {
        AutoencoderConfig plain = AutoencoderConfig.packedNetwork(given);
        int channels = plain.latentChannels() * PATCH * PATCH;
        return plain.packed(PATCH, Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0));
    }

    private static <C> C config(Path path, String part, Function<ConfigSection, C> read, Problems problems) {
        return read.apply(ConfigSection.read(path.resolve(part).resolve("config.json"), problems));
    }

    private static Map<String, GraphHeader> graphs(
            Path path, ChatPrompts.Reading reading, List<String> positions, String latents) {
        GraphHeaders all = new GraphHeaders(path, new LinkedHashMap<>(), new Problems());
        all.add(PictureFolder.TEXT, List.of("input_ids", "attention_mask"), reading.outputs());
        List<String> needed = new ArrayList<>(List.of("hidden_states", "encoder_hidden_states", "timestep"));
        needed.addAll(positions);
        all.add(TRANSFORMER, needed, List.of("out_hidden_states"));
        all.add(PictureFolder.ENCODER, List.of("sample"), List.of(latents));
        all.add(PictureFolder.DECODER, List.of("latent_sample"), List.of("sample"));
        all.problems().throwIfAny();
        return all.graphs();
    }

    /** Whether the graphs are those of the configs beside them, and belong together. */
    private static void fit(
            Map<String, GraphHeader> graphs,
            ChatPrompts.Reading reading,
            String key,
            int textWidth,
            AutoencoderConfig autoencoder,
            int channels) {
        Problems problems = new Problems();
        GraphHeader transformer = Objects.requireNonNull(graphs.get(TRANSFORMER));
        GraphHeader text = Objects.requireNonNull(graphs.get(PictureFolder.TEXT));
        GraphHeader decoder = Objects.requireNonNull(graphs.get(PictureFolder.DECODER));
        int latents = transformer.inputs().containsKey("img_ids") ? 2 : 1;
        problems.collect(() -> transformer.mustBe("hidden_states", latents, "in_channels", channels));
        problems.collect(() -> transformer.mustBe("encoder_hidden_states", 2, key, textWidth));
        problems.collect(() -> transformer.mustBe(
                "encoder_hidden_states",
                2,
                "hidden_size of the text encoder, as often as it is read",
                (long) reading.width() * reading.after().size()));
        problems.collect(() -> text.mustGive(reading.outputs().get(0), 2, "hidden_size", reading.width()));
        problems.collect(() -> decoder.mustBe("latent_sample", 1, "latent_channels", autoencoder.seenChannels()));
        problems.throwIfAny();
    }

    @Override
    public PromptEncoder prompts(Function<String, RunningGraph> loaded, AdapterSet adapters) {
        return new ChatPrompts(reading, () -> loaded.apply(PictureFolder.TEXT), tokens);
    }

    @Override
    public Denoiser steps(RunningGraph graph, @Nullable OrtLoraAdapter adapter) {
        return new ChatSteps(placed, reading.width() * reading.after().size(), graph, adapter);
    }

    @Override
    public void close() {
        tokens.close();
    }
}
