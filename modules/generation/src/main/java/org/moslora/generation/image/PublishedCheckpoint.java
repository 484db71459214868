package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.ldm.PublishedAutoencoder;
import org.moslora.diffusion.parts.Derivation;
import org.moslora.diffusion.parts.DerivedWeights;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.Float8Scales;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/**
 * A single file of a generator whose denoiser is a transformer, as its authors or ComfyUI write it: the transformer, and
 * perhaps an autoencoder in latent diffusion's spelling and text encoders, each under the names of diffusers' folders.
 */
final class PublishedCheckpoint {
    private static final List<String> AUTOENCODERS = List.of("first_stage_model.", "vae.");
    private static final Pattern TEXT = Pattern.compile("text_encoders\\.(\\w+)\\.transformer\\.(.+)");
    /** Which component a text encoder is, by the name that files have for it. */
    private static final Map<GeneratorFamily, Map<String, Component>> ENCODERS = Map.of(
            GeneratorFamily.STABLE_DIFFUSION_3,
            Map.of(
                    "clip_l", Component.TEXT_ENCODER,
                    "clip_g", Component.TEXT_ENCODER_2,
                    "t5xxl", Component.TEXT_ENCODER_3),
            GeneratorFamily.FLUX_1,
            Map.of("clip_l", Component.TEXT_ENCODER, "t5xxl", Component.TEXT_ENCODER_2),
            GeneratorFamily.Z_IMAGE,
            Map.of("qwen3_4b", Component.TEXT_ENCODER),
            GeneratorFamily.FLUX2_KLEIN,
            Map.of("qwen3_4b", Component.TEXT_ENCODER, "qwen3_8b", Component.TEXT_ENCODER));
    /**
     * What such files hold and nothing computes with: what a training leaves there, the scale of CLIP's similarities, and
     * projections beside the encoders. That of CLIP-L is among them: neither the authors' programs nor ComfyUI put its
     * pooled text through one.
     */
    private static final Pattern LEFT_OVER = Pattern.compile("text_encoders\\.\\w+\\.(logit_scale|text_projection)"
            + "|text_encoders\\.clip_l\\.transformer\\.text_projection\\.weight"
            + "|text_encoders\\.clip_\\w\\.transformer\\.(text_model\\.)?embeddings\\.position_ids"
            + "|(first_stage_model\\.|vae\\.)?loss\\..*|model_ema\\..*|(model_sampling|model\\.sampling)\\..*");

    private static final int SHOWN = 5;

    private final WeightSource file;
    private final PublishedTransformer.Place place;
    private final Map<Component, List<String>> names = new EnumMap<>(Component.class);
    private final List<String> strangers = new ArrayList<>();

    private PublishedCheckpoint(WeightSource file, PublishedTransformer.Place place) {
        this.file = file;
        this.place = place;
    }

    /**
     * The components of a file that has a transformer; closing one closes the file.
     *
     * @param messages gets remarks for the user
     * @throws InvalidInput when it has none, or holds what is no part that is known
     */
    static Map<Component, WeightSource> open(Path path, Messages messages) {
        WeightSource file = Float8Scales.over(SafetensorsFile.open(path), messages);
        try {
            PublishedTransformer.Place place = PublishedTransformer.find(file)
                    .orElseThrow(() -> new InvalidInput(path.toString(), "holds no transformer in a known spelling"));
            return new PublishedCheckpoint(file, place).components();
        } catch (InvalidInput invalid) {
            file.close();
            throw invalid;
        }
    }

    private Map<Component, WeightSource> components() {
        for (String name : file.names()) {
            if (!LEFT_OVER.matcher(name).matches()) {
                Component component = component(name);
                (component == null ? strangers : names.computeIfAbsent(component, each -> new ArrayList<>())).add(name);
            }
        }
        Map<Component, WeightSource> found = new EnumMap<>(Component.class);
        names.forEach((component, own) -> found.put(component, component(component, own)));
        if (!strangers.isEmpty()) {
            throw new InvalidInput(
                    file.origin().toString(),
                    strangers.size() + " tensors are of no part of "
                            + place.family().description()
                            + " that is known here, such as "
                            + String.join(", ", strangers.subList(0, Math.min(SHOWN, strangers.size()))));
        }
        return found;
    }

    private @Nullable Component component(String name) {
        Matcher text = TEXT.matcher(name);
        if (text.matches()) {
            return ENCODERS.getOrDefault(place.family(), Map.of()).get(text.group(1));
        }
        if (AUTOENCODERS.stream().anyMatch(name::startsWith)) {
            return Component.AUTOENCODER;
        }
        return name.startsWith(place.prefix()) ? Component.TRANSFORMER : null;
    }

    private WeightSource component(Component component, List<String> own) {
        return switch (component) {
            case TRANSFORMER -> PublishedTransformer.of(file, place, own, strangers);
            case AUTOENCODER -> autoencoder(own);
            default -> text(own);
        };
    }

    private WeightSource autoencoder(List<String> own) {
        String prefix =
                AUTOENCODERS.stream().filter(own.get(0)::startsWith).findFirst().orElseThrow();
        SortedMap<String, Derivation> derivations = PublishedAutoencoder.derivations(file, prefix);
        Collection<String> taken =
                derivations.values().stream().map(Derivation::source).toList();
        own.stream().filter(name -> !taken.contains(name)).forEach(strangers::add);
        return new DerivedWeights(file, derivations);
    }

    private WeightSource text(List<String> own) {
        SortedMap<String, Derivation> derivations = new TreeMap<>();
        for (String name : own) {
            Matcher text = TEXT.matcher(name);
            if (text.matches()) {
                derivations.put(
                        text.group(2), Derivation.reshaped(name, file.info(name).shape()));
            }
        }
        return new DerivedWeights(file, derivations);
    }
}
