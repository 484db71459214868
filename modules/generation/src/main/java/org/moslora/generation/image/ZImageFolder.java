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
import org.moslora.diffusion.schedule.FlowSpacing;
import org.moslora.diffusion.zimage.ZImage;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.diffusion.zimage.ZImageNames;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.problems.Messages;

/** Opens Z-Image's folder. */
final class ZImageFolder {
    private static final List<String> TARGETS = List.of("to_q", "to_k", "to_v", "to_out.0");
    private static final int SIDE = 1024;
    private static final int TEXT = 512;

    private ZImageFolder() {}

    static ImageModel open(PipelineSource source, Messages messages) {
        Path path = source.folder();
        FlowFolder<ZImageConfig> folder = read(source);
        return FlowOpening.open(
                folder.files(),
                () -> FlowSchedule.read(path.resolve("scheduler/scheduler_config.json"), FlowSpacing.EVEN),
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
                // The last block's input, so that the last block itself is of no use.
                text -> List.of(text.layers() - 1),
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
                traits(named, files, config, text, schedule),
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

    private static PictureTraits traits(
            Path named, TransformerFiles files, ZImageConfig config, LanguageModelConfig text, FlowSchedule schedule) {
        int pixels = files.autoencoder().factor() * ZImageConfig.PATCH;
        // A caption is filled up, and the picture stands one place behind it.
        int words = (config.lengths().get(0) - 2) / ZImageConfig.MULTIPLE * ZImageConfig.MULTIPLE;
        FamilyTraits family = new FamilyTraits(
                5.0,
                0.6,
                new FamilyTraits.GuidanceRule(0, 1, false),
                ZImageConfig.PATCH,
                new FamilyTraits.Sides(
                        pixels * config.lengths().get(2),
                        pixels * config.lengths().get(1)),
                new FamilyTraits.TextLength(Math.min(TEXT, words), words));
        return new PictureTraits(
                named,
                family,
                LatentSpace.of(files.autoencoder()),
                Math.min(SIDE, Math.min(family.most().width(), family.most().height())),
                text.layers(),
                schedule,
                new PictureLimits(PictureCost.flow(
                        new PictureCost.Stream(config.width(), config.inner(), ZImageConfig.PATCH),
                        files.autoencoder())));
    }
}
