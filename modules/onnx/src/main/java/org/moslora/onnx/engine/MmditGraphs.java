package org.moslora.onnx.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.mmdit.MmditConfigReader;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.diffusion.t5.T5Config;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.generation.image.MmditTraits;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/**
 * An exported Stable Diffusion 3 or FLUX.1: its graphs and configs, checked against each other, nothing loaded.
 *
 * @param graphs of the components by their folders
 * @param transformer its config
 * @param autoencoder its config
 * @param clips configs of CLIP's text encoders
 * @param t5 the config of T5's; null where there is none
 * @param schedule the noise schedule
 */
record MmditGraphs(
        Path path,
        Map<String, GraphHeader> graphs,
        MmditConfig transformer,
        AutoencoderConfig autoencoder,
        List<ClipTextConfig> clips,
        @Nullable T5Config t5,
        FlowSchedule schedule) {
    private static final String TRANSFORMER = PictureFamily.TRANSFORMER;
    private static final String TEXT_3 = "text_encoder_3";

    /** @throws org.moslora.problems.InvalidInput with everything that is missing, damaged or not computed here */
    static MmditGraphs open(Path path, GeneratorFamily family) {
        boolean flux = family == GeneratorFamily.FLUX_1;
        Problems problems = new Problems();
        MmditConfig transformer = config(
                path, TRANSFORMER, flux ? MmditConfigReader::flux : MmditConfigReader::stableDiffusion3, problems);
        AutoencoderConfig autoencoder =
                config(path, PictureFolder.DECODER, PictureFit.shaped(AutoencoderConfig::read), problems);
        List<ClipTextConfig> clips = new ArrayList<>();
        for (String clip : clips(flux)) {
            clips.add(config(path, clip, given -> ClipTextConfig.read(given, !flux), problems));
        }
        String deep = deep(flux);
        boolean has = flux || Files.exists(path.resolve(deep)); // where it is, it is whole
        T5Config t5 = has ? config(path, deep, T5Config::read, problems) : null;
        problems.throwIfAny();
        Map<String, GraphHeader> graphs = headers(path, transformer, has, problems);
        FlowSchedule schedule = MmditTraits.schedule(path, transformer);
        MmditGraphs folder = new MmditGraphs(path, graphs, transformer, autoencoder, List.copyOf(clips), t5, schedule);
        folder.fit(problems);
        problems.throwIfAny();
        return folder;
    }

    private static <C> C config(Path path, String part, Function<ConfigSection, C> read, Problems problems) {
        return read.apply(ConfigSection.read(path.resolve(part).resolve("config.json"), problems));
    }

    /** The folders of CLIP's text encoders. */
    private static List<String> clips(boolean flux) {
        return flux ? List.of(PictureFolder.TEXT) : List.of(PictureFolder.TEXT, PictureFolder.TEXT_2);
    }

    private static String deep(boolean flux) {
        return flux ? PictureFolder.TEXT_2 : TEXT_3;
    }

    private static Map<String, GraphHeader> headers(
            Path path, MmditConfig transformer, boolean deep, Problems problems) {
        boolean flux = transformer.flux();
        List<String> needed =
                new ArrayList<>(List.of("hidden_states", "encoder_hidden_states", "pooled_projections", "timestep"));
        needed.addAll(flux ? List.of("txt_ids", "img_ids") : List.of());
        needed.addAll(transformer.guided() ? List.of("guidance") : List.of());
        GraphHeaders all = new GraphHeaders(path, new LinkedHashMap<>(), problems);
        for (String clip : clips(flux)) {
            all.add(clip, List.of("input_ids"), List.of(flux ? "pooler_output" : "text_embeds"));
        }
        if (deep) {
            all.add(deep(flux), List.of("input_ids"), List.of("last_hidden_state"));
        }
        all.add(TRANSFORMER, needed, List.of("out_hidden_states"));
        all.add(PictureFolder.ENCODER, List.of("sample"), List.of("latent_parameters"));
        all.add(PictureFolder.DECODER, List.of("latent_sample"), List.of("sample"));
        problems.throwIfAny();
        return all.graphs();
    }

    private void fit(Problems problems) {
        PictureFit fit = new PictureFit(graphs, problems);
        fit.transformer(TRANSFORMER, transformer);
        fit.autoencoder(autoencoder);
        for (int i = 0; i < clips.size(); i++) {
            fit.text(clipParts().get(i), clips.get(i));
        }
        int pooled = clips.stream()
                .mapToInt(transformer.flux() ? ClipTextConfig::hidden : ClipTextConfig::projection)
                .sum();
        fit.pooled(TRANSFORMER, transformer, clipParts(), pooled);
        if (t5 != null) {
            fit.states(deepPart(), "d_model", t5.hidden());
            fit.states(deepPart(), "joint_attention_dim of the transformer", transformer.textWidth());
        }
    }

    /** The folders of CLIP's text encoders. */
    List<String> clipParts() {
        return clips(transformer.flux());
    }

    /** The folder of T5's text encoder. */
    String deepPart() {
        return deep(transformer.flux());
    }

    /** The folder of T5's tokenizer; null where there is no T5. */
    @Nullable
    Path deepTokenizer() {
        return t5 == null ? null : path.resolve(transformer.flux() ? "tokenizer_2" : "tokenizer_3");
    }
}
