package org.moslora.diffusion.folder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.mmdit.MmditConfigReader;
import org.moslora.diffusion.mmdit.MmditNames;
import org.moslora.diffusion.t5.T5Config;
import org.moslora.diffusion.t5.T5Names;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.keys.KeyMap;

/** Reads the folder of a Stable Diffusion 3 or FLUX.1; problems of all components are told together. */
final class MmditFolder {
    private static final String T5 = "T5EncoderModel";

    private final Path folder;
    private final boolean flux;
    private final ComponentReader reader;

    private MmditFolder(PipelineSource source, boolean flux) {
        this.folder = source.folder();
        this.flux = flux;
        this.reader = new ComponentReader(source);
    }

    static MmditFiles read(PipelineSource source, boolean flux) {
        MmditFolder own = new MmditFolder(source, flux);
        try {
            return own.files();
        } catch (InvalidInput invalid) {
            own.reader.close();
            throw invalid;
        }
    }

    private MmditFiles files() {
        ConfigSection index = reader.index(classes());
        boolean hasT5 = flux || ComponentReader.className(index, Component.TEXT_ENCODER_3) != null;
        if (hasT5 && !T5.equals(ComponentReader.className(index, MmditFiles.t5(flux)))) {
            index.problem("%s is not of class %s", MmditFiles.t5(flux).folder(), T5);
        }
        MmditConfig transformer = reader.read(
                Component.TRANSFORMER,
                flux ? MmditConfigReader::flux : MmditConfigReader::stableDiffusion3,
                config -> ComponentReader.Tensors.of(MmditNames.expected(config)));
        AutoencoderConfig autoencoder = reader.autoencoder();
        List<ClipTextConfig> clips = clips();
        T5Config t5 = hasT5 ? t5() : null;
        reader.mustHaveTaken();
        MmditFiles files = new MmditFiles(
                folder,
                Objects.requireNonNull(transformer),
                Objects.requireNonNull(autoencoder),
                clips,
                t5,
                reader.weights());
        checkFit(files);
        return files;
    }

    private Map<Component, String> classes() {
        Map<Component, String> classes = new EnumMap<>(Component.class);
        classes.put(Component.TRANSFORMER, flux ? MmditConfigReader.FLUX : MmditConfigReader.STABLE_DIFFUSION_3);
        classes.put(Component.AUTOENCODER, Component.AUTOENCODER.className());
        String clip = (flux ? Component.TEXT_ENCODER : Component.TEXT_ENCODER_2).className();
        classes.put(Component.TEXT_ENCODER, clip);
        classes.put(Component.TEXT_ENCODER_2, flux ? T5 : clip);
        return classes;
    }

    private List<ClipTextConfig> clips() {
        List<ClipTextConfig> clips = new ArrayList<>();
        for (Component component :
                flux ? List.of(Component.TEXT_ENCODER) : List.of(Component.TEXT_ENCODER, Component.TEXT_ENCODER_2)) {
            ClipTextConfig clip =
                    reader.read(component, section -> ClipTextConfig.read(section, !flux), PipelineFolder::tensors);
            if (clip != null) {
                clips.add(clip);
            }
        }
        return clips;
    }

    private @Nullable T5Config t5() {
        return reader.read(
                MmditFiles.t5(flux),
                T5Config::read,
                config -> new ComponentReader.Tensors(
                        WeightName.MODEL, KeyMap.identity(), T5Names.expected(config), Set.copyOf(T5Names.OPTIONAL)));
    }

    private void checkFit(MmditFiles files) {
        Problems problems = new Problems();
        MmditConfig transformer = files.transformer();
        T5Config t5 = files.t5();
        if (t5 != null && t5.hidden() != transformer.textWidth()) {
            problems.add(
                    folder.toString(),
                    "T5 gives states of width %d (d_model), but the transformer reads %d (joint_attention_dim)",
                    t5.hidden(),
                    transformer.textWidth());
        }
        int states = files.clips().stream().mapToInt(ClipTextConfig::hidden).sum();
        if (!flux && states > transformer.textWidth()) {
            problems.add(
                    folder.toString(),
                    "the CLIPs give states of width %d together, but the transformer reads %d (joint_attention_dim)",
                    states,
                    transformer.textWidth());
        }
        int pooled = flux
                ? states
                : files.clips().stream().mapToInt(ClipTextConfig::projection).sum();
        if (pooled != transformer.pooledWidth()) {
            problems.add(
                    folder.toString(),
                    "the CLIPs pool to width %d, but the transformer takes %d (pooled_projection_dim)",
                    pooled,
                    transformer.pooledWidth());
        }
        if (files.autoencoder().latentChannels() != transformer.channels()) {
            problems.add(
                    folder.toString(),
                    "the autoencoder's latents have %d channels, but the transformer reads %d",
                    files.autoencoder().latentChannels(),
                    transformer.channels());
        }
        problems.throwIfAny();
    }
}
