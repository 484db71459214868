package org.moslora.onnx.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.generation.image.FamilyTraits;
import org.moslora.generation.image.LatentSpace;
import org.moslora.generation.image.PictureCost;
import org.moslora.generation.image.PictureLimits;
import org.moslora.generation.image.PictureTraits;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/**
 * A folder of Stable Diffusion's graphs, this program's or Optimum's, with every header and config checked.
 *
 * @param path the folder
 * @param graphs by component
 * @param unet its config
 * @param autoencoder its config
 * @param texts configs of the text encoders
 * @param schedule the noise schedule
 * @param zeroForNothing whether an absent text stands for zeros
 */
record PictureFolder(
        Path path,
        Map<String, GraphHeader> graphs,
        UNetConfig unet,
        AutoencoderConfig autoencoder,
        List<ClipTextConfig> texts,
        SchedulerConfig schedule,
        boolean zeroForNothing) {
    static final String TEXT = "text_encoder";
    static final String TEXT_2 = "text_encoder_2";
    static final String UNET = "unet";
    static final String ENCODER = "vae_encoder";
    static final String DECODER = "vae_decoder";

    private static final String INDEX = "model_index.json";

    /** @throws InvalidInput with everything that is missing, damaged or not computed here */
    static PictureFolder open(Path path) {
        if (!Files.isRegularFile(path.resolve(INDEX))) {
            throw new InvalidInput(path.toString(), "holds no " + INDEX + "; is it an exported Stable Diffusion?");
        }
        Problems problems = new Problems();
        ConfigSection index = ConfigSection.read(path.resolve(INDEX), problems);
        String pipeline = index.text("_class_name", "");
        boolean xl = pipeline.contains("XL");
        List<String> encoders = xl ? List.of(TEXT, TEXT_2) : List.of(TEXT);
        Map<String, GraphHeader> graphs = new LinkedHashMap<>();
        List<String> parts = new ArrayList<>(encoders);
        parts.addAll(List.of(UNET, ENCODER, DECODER));
        for (String part : parts) {
            problems.collect(() -> graphs.put(part, header(path, part, xl)));
        }
        problems.throwIfAny();
        UNetConfig unet = config(path, UNET, PictureFit.shaped(UNetConfig::read), problems);
        AutoencoderConfig autoencoder = config(path, DECODER, PictureFit.shaped(AutoencoderConfig::read), problems);
        List<ClipTextConfig> texts = new ArrayList<>();
        for (String encoder : encoders) {
            texts.add(config(path, encoder, json -> ClipTextConfig.read(json, encoder.equals(TEXT_2)), problems));
        }
        problems.throwIfAny();
        fit(graphs, unet, autoencoder, texts);
        SchedulerConfig schedule = SchedulerConfig.read(path.resolve("scheduler/scheduler_config.json"));
        return new PictureFolder(
                path,
                graphs,
                unet,
                autoencoder,
                texts,
                xl ? schedule : schedule.amended(),
                index.flag("force_zeros_for_empty_prompt", xl));
    }

    private static void fit(
            Map<String, GraphHeader> graphs,
            UNetConfig unet,
            AutoencoderConfig autoencoder,
            List<ClipTextConfig> texts) {
        Problems problems = new Problems();
        PictureFit fit = new PictureFit(graphs, problems);
        fit.unet(unet, texts.stream().mapToInt(ClipTextConfig::hidden).sum());
        if (texts.size() > 1) {
            fit.sizes(unet, texts.get(1).projection());
        }
        fit.autoencoder(autoencoder);
        for (int i = 0; i < texts.size(); i++) {
            fit.text(i == 0 ? TEXT : TEXT_2, texts.get(i));
        }
        problems.throwIfAny();
    }

    private static <C> C config(Path path, String part, Function<ConfigSection, C> read, Problems problems) {
        return read.apply(ConfigSection.read(path.resolve(part).resolve("config.json"), problems));
    }

    private static GraphHeader header(Path path, String part, boolean xl) {
        GraphHeader header = GraphHeader.read(path.resolve(part).resolve("model.onnx"));
        switch (part) {
            case UNET -> {
                List<String> sizes = xl ? List.of("text_embeds", "time_ids") : List.of();
                List<String> needed = new ArrayList<>(List.of("sample", "timestep", "encoder_hidden_states"));
                needed.addAll(sizes);
                header.check(needed, List.of(), List.of("out_sample"));
            }
            case ENCODER -> header.check(List.of("sample"), List.of(), List.of("latent_parameters"));
            case DECODER -> header.check(List.of("latent_sample"), List.of(), List.of("sample"));
            case TEXT_2 -> header.check(List.of("input_ids"), List.of(), List.of("text_embeds"));
            default -> header.check(List.of("input_ids"), List.of(), List.of("last_hidden_state"));
        }
        return header;
    }

    boolean isXl() {
        return texts.size() > 1;
    }

    /** The graph of a component. */
    GraphHeader graph(String part) {
        GraphHeader header = graphs.get(part);
        if (header == null) {
            throw new IllegalStateException(path + " has no " + part);
        }
        return header;
    }

    /** What has to be known to plan pictures. */
    PictureTraits traits() {
        return new PictureTraits(
                path,
                FamilyTraits.unet(isXl()),
                LatentSpace.of(autoencoder),
                unet.sampleSize() * autoencoder.factor(),
                texts.stream().mapToInt(ClipTextConfig::layers).min().orElse(0),
                schedule,
                new PictureLimits(PictureCost.of(unet, autoencoder, !blockwise())));
    }

    /** Whether attention is the runtime's own, which keeps no scores. */
    private boolean blockwise() {
        return Stream.of(graph(UNET), graph(DECODER)).allMatch(graph -> graph.isOwn() && graph.blockwise());
    }

    /** How far the UNet's coarsest resolution is below its finest: sides of latents that no other graphs take. */
    int stride() {
        return 1 << (unet.levels().size() - 1);
    }
}
