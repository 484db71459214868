package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.ComponentReader;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.PipelineSource;
import org.moslora.diffusion.folder.TransformerFiles;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.diffusion.zimage.ZImage;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.diffusion.zimage.ZImageNames;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.problems.Messages;

/** Opens Z-Image's folder. */
final class ZImageFolder {
    private static final List<String> TARGETS = List.of("to_q", "to_k", "to_v", "to_out.0");

    private ZImageFolder() {}

    static ImageModel open(PipelineSource source, Messages messages) {
        Path path = source.folder();
        FlowFolder<ZImageConfig> folder = read(source);
        return FlowOpening.open(
                folder.files(),
                () -> FlowTraits.zImageSchedule(path),
                () -> ChatTokens.open(path.resolve("tokenizer"), true, messages),
                (schedule, tokens) -> pictures(folder, source.named(), schedule, tokens));
    }

    static TransformerFiles files(Path path) {
        return read(PipelineSource.of(path)).files();
    }

    static FlowFolder<ZImageConfig> read(PipelineSource source) {
        return FlowFolder.read(
                source,
                GeneratorFamily.Z_IMAGE,
                Map.of(
                        Component.TRANSFORMER, "ZImageTransformer2DModel",
                        Component.AUTOENCODER, "AutoencoderKL",
                        Component.TEXT_ENCODER, "Qwen3Model|Qwen3ForCausalLM"),
                reader -> reader.read(
                        Component.TRANSFORMER,
                        ZImageConfig::read,
                        config -> ComponentReader.Tensors.of(ZImageNames.expected(config))),
                ComponentReader::autoencoder,
                FlowTraits::zImageText,
                ZImageFolder::check);
    }

    private static void check(
            ZImageConfig transformer,
            LanguageModelConfig text,
            AutoencoderConfig autoencoder,
            FlowFolder.FolderProblems problems) {
        if (text.hidden() != transformer.textWidth()) {
            problems.add(
                    "the text encoder gives states of width %d, but the transformer reads %d (cap_feat_dim); do they"
                            + " belong together?",
                    text.hidden(), transformer.textWidth());
        }
        if (autoencoder.latentChannels() != transformer.channels()) {
            problems.add(
                    "the autoencoder's latents have %d channels, but the transformer reads %d (in_channels)",
                    autoencoder.latentChannels(), transformer.channels());
        }
    }

    private static FlowPictures pictures(
            FlowFolder<ZImageConfig> folder, Path named, FlowSchedule schedule, ChatTokens tokens) {
        ZImageConfig config = folder.transformer();
        TransformerFiles files = folder.files();
        LanguageModelConfig text = folder.text();
        DecoderTexts.Reading reading = new DecoderTexts.Reading(folder.after(), false);
        return new FlowPictures(
                files,
                FlowTraits.zImage(named, config, text, files.autoencoder(), schedule),
                TARGETS,
                (linears, compute) -> new ZImage(config, files.weights(Component.TRANSFORMER), linears, compute),
                (own, compute) -> new DecoderTexts(text, files.weights(Component.TEXT_ENCODER), reading, own, compute),
                tokens,
                stepCost(config));
    }

    private static StepCost stepCost(ZImageConfig config) {
        // Queries, keys, values, attention and its way out, the state behind it, what is fed back; both ways in.
        long inside = 7L * config.width() + 2L * config.inner();
        return new StepCost(
                List.of(
                        new StepCost.Blocks(config.refiners(), StepCost.Stream.PICTURE, config.width(), inside),
                        new StepCost.Blocks(config.refiners(), StepCost.Stream.TEXT, config.width(), inside),
                        new StepCost.Blocks(config.layers(), StepCost.Stream.JOINT, config.width(), inside)),
                ZImageConfig.MULTIPLE,
                0);
    }
}
