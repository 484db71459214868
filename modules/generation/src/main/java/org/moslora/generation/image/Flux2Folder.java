package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.flux2.Flux2;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.diffusion.flux2.Flux2Names;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.ComponentReader;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.PipelineSource;
import org.moslora.diffusion.folder.TransformerFiles;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.problems.Messages;

/** Opens the folder of FLUX.2 klein. */
final class Flux2Folder {
    /** As in diffusers' script: the text's side is left out. */
    private static final List<String> TARGETS = List.of(
            "to_k", "to_q", "to_v", "to_out.0", "to_qkv_mlp_proj", "single_transformer_blocks\\.\\d+\\.attn\\.to_out");

    private static final List<Integer> READ = FlowTraits.flux2Text();

    private Flux2Folder() {}

    static ImageModel open(PipelineSource source, Messages messages) {
        Path path = source.folder();
        FlowFolder<Flux2Config> folder = read(source);
        return FlowOpening.open(
                folder.files(),
                () -> FlowTraits.flux2Schedule(path),
                () -> ChatTokens.open(path.resolve("tokenizer"), false, messages),
                (schedule, tokens) -> pictures(folder, source.named(), schedule, tokens));
    }

    static TransformerFiles files(Path path) {
        return read(PipelineSource.of(path)).files();
    }

    static FlowFolder<Flux2Config> read(PipelineSource source) {
        return FlowFolder.read(
                source,
                GeneratorFamily.FLUX2_KLEIN,
                Map.of(
                        Component.TRANSFORMER, "Flux2Transformer2DModel",
                        Component.AUTOENCODER, "AutoencoderKLFlux2",
                        Component.TEXT_ENCODER, "Qwen3ForCausalLM|Qwen3Model"),
                reader -> reader.read(
                        Component.TRANSFORMER,
                        Flux2Config::read,
                        config -> ComponentReader.Tensors.of(Flux2Names.expected(config))),
                ComponentReader::packedAutoencoder,
                text -> READ,
                Flux2Folder::check);
    }

    private static void check(
            Flux2Config transformer,
            LanguageModelConfig text,
            AutoencoderConfig autoencoder,
            FlowFolder.FolderProblems problems) {
        int deepest = READ.get(READ.size() - 1);
        if (text.layers() < deepest) {
            problems.add(
                    "the text is read behind blocks %s of the text encoder, up to %d, but it has only %d"
                            + " (num_hidden_layers)",
                    READ, deepest, text.layers());
        }
        if (READ.size() * text.hidden() != transformer.textWidth()) {
            problems.add(
                    "the text encoder gives %d states of width %d, but the transformer reads %d (joint_attention_dim);"
                            + " do they belong together?",
                    READ.size(), text.hidden(), transformer.textWidth());
        }
        if (autoencoder.seenChannels() != transformer.channels()) {
            problems.add(
                    "the autoencoder's latents have %d channels two by two, but the transformer reads %d (in_channels)",
                    autoencoder.seenChannels(), transformer.channels());
        }
    }

    private static FlowPictures pictures(
            FlowFolder<Flux2Config> folder, Path named, FlowSchedule schedule, ChatTokens tokens) {
        Flux2Config config = folder.transformer();
        TransformerFiles files = folder.files();
        LanguageModelConfig text = folder.text();
        DecoderTexts.Reading reading = new DecoderTexts.Reading(folder.after(), true);
        boolean distilled = folder.index().flag("is_distilled", false);
        return new FlowPictures(
                files,
                FlowTraits.flux2(named, config, text, files.autoencoder(), schedule, distilled),
                TARGETS,
                (linears, compute) -> new Flux2(config, files.weights(Component.TRANSFORMER), linears, compute),
                (own, compute) -> new DecoderTexts(text, files.weights(Component.TEXT_ENCODER), reading, own, compute),
                tokens,
                stepCost(config));
    }

    private static StepCost stepCost(Flux2Config config) {
        long width = config.width();
        long ways = 2L * config.inner();
        return new StepCost(
                List.of(
                        new StepCost.Blocks(config.doubles(), StepCost.Stream.JOINT, width, 7 * width + ways),
                        new StepCost.Blocks(config.singles(), StepCost.Stream.JOINT, width, 5 * width + ways)),
                1,
                0);
    }
}
