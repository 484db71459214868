package org.moslora.diffusion.ldm;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.parts.Derivation;
import org.moslora.diffusion.parts.DerivedWeights;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.WeightSource;

/**
 * A single-file checkpoint of Stable Diffusion 1, 2 or XL: the configs that its shapes imply, and the tensors of each
 * component under today's names. What neither shapes nor names tell (prediction type, tokenizer) the caller must know.
 */
public final class Checkpoint {
    private static final String UNET = "model.diffusion_model.";
    private static final String AUTOENCODER = "first_stage_model.";
    private static final String CLIP = "cond_stage_model.transformer.";
    private static final String OPEN_CLIP = "cond_stage_model.model.";
    private static final String XL_CLIP = "conditioner.embedders.0.transformer.";
    private static final String XL_OPEN_CLIP = "conditioner.embedders.1.model.";
    /** What training leaves in such files and nothing reads. */
    private static final Pattern LEFT_OVER = Pattern.compile(".*(position_ids|logit_scale|text_projection|attn_mask)"
            + "|(first_stage_model\\.)?(model_ema|loss)\\..*|denoiser\\..*|(model\\.)?(betas|alphas_.*|sqrt_.*|log_one_.*"
            + "|posterior_.*|logvar|lvlb_weights|scale_factor|global_step|epoch|iteration)");

    private final WeightSource source;
    private final CheckpointSource origin;
    private final UNetConfig unet;
    private final AutoencoderConfig autoencoder;
    private final List<ClipTextConfig> texts = new ArrayList<>();
    private final List<OpenClip> open = new ArrayList<>();
    private final Set<String> used = new HashSet<>();

    /**
     * Looks at names and shapes.
     *
     * @param source stays the caller's to close
     * @throws InvalidInput when it is no such checkpoint, or one of a kind that this program does not know
     */
    public Checkpoint(WeightSource source) {
        this.source = source;
        this.origin = origin();
        if (origin != CheckpointSource.V2) {
            texts.add(new HubClip(new Shapes(source, clipPrefix())).config());
        }
        if (origin != CheckpointSource.V1) {
            boolean xl = origin == CheckpointSource.XL;
            open.add(new OpenClip(new Shapes(source, xl ? XL_OPEN_CLIP : OPEN_CLIP), xl ? 0 : 1, xl));
            texts.add(open.get(0).config());
        }
        int pooled = texts.get(texts.size() - 1).projection();
        this.unet = new UNetInference(new Shapes(source, UNET), origin, pooled).infer();
        this.autoencoder = AutoencoderInference.infer(new Shapes(source, AUTOENCODER), origin.scalingFactor());
    }

    /** Whether a source has the names of such a checkpoint. */
    public static boolean isOne(WeightSource source) {
        return source.names().stream().anyMatch(name -> name.startsWith(UNET));
    }

    /** The UNet's config. */
    public UNetConfig unet() {
        return unet;
    }

    /** The autoencoder's config. */
    public AutoencoderConfig autoencoder() {
        return autoencoder;
    }

    /** The configs of its text encoders, one, or two for XL. */
    public List<ClipTextConfig> texts() {
        return List.copyOf(texts);
    }

    /** The UNet's tensors under diffusers' names. */
    public WeightSource unetWeights(Problems problems) {
        UNetSpelling spelling = new UNetSpelling(unet);
        return renamed(UNetNames.expected(unet), UNET, spelling::tensor, problems);
    }

    /** The autoencoder's tensors under diffusers' names. */
    public WeightSource autoencoderWeights(Problems problems) {
        AutoencoderSpelling spelling = new AutoencoderSpelling(autoencoder);
        return renamed(AutoencoderNames.expected(autoencoder), AUTOENCODER, spelling::tensor, problems);
    }

    /** The tensors of one of the text encoders under the hub's names. */
    public WeightSource textWeights(int index, Problems problems) {
        SortedMap<String, List<Long>> expected = ClipTextNames.expected(texts.get(index));
        if (index == 0 && origin != CheckpointSource.V2) {
            String prefix = clipPrefix();
            return renamed(expected, prefix, name -> name.substring("text_model.".length()), problems);
        }
        SortedMap<String, Derivation> derivations = new TreeMap<>();
        for (String name : expected.keySet()) {
            add(derivations, name, open.get(0).derive(name), problems);
        }
        return new DerivedWeights(source, derivations);
    }

    /** Makes a problem of every tensor that no component took; to be called after all of them were asked for. */
    public void reportUnused(Problems problems) {
        List<String> strangers = source.names().stream()
                .filter(name -> !used.contains(name) && !LEFT_OVER.matcher(name).matches() && !isUnusedBlock(name))
                .toList();
        int shown = 5;
        if (!strangers.isEmpty()) {
            problems.add(
                    source.origin().toString(),
                    "%d tensors belong to no part of Stable Diffusion: %s%s",
                    strangers.size(),
                    String.join(", ", strangers.subList(0, Math.min(shown, strangers.size()))),
                    strangers.size() > shown ? ", …" : "");
        }
    }

    private boolean isUnusedBlock(String name) {
        return origin == CheckpointSource.V2
                && name.startsWith(
                        OPEN_CLIP + "transformer.resblocks." + texts.get(0).layers() + ".");
    }

    private CheckpointSource origin() {
        if (has(XL_OPEN_CLIP)) {
            return CheckpointSource.XL;
        }
        if (has(OPEN_CLIP)) {
            return CheckpointSource.V2;
        }
        if (has(CLIP)) {
            return CheckpointSource.V1;
        }
        String where = source.origin().toString();
        if (has("conditioner.embedders.0.model.")) {
            throw new InvalidInput(where, "is the refiner of Stable Diffusion XL; this program works with base models");
        }
        throw new InvalidInput(
                where,
                isOne(source)
                        ? "holds a UNet but no text encoder that is known here (CLIP or OpenCLIP); take the full checkpoint"
                        : "holds no Stable Diffusion checkpoint: no tensor begins with " + UNET);
    }

    private String clipPrefix() {
        String prefix = origin == CheckpointSource.XL ? XL_CLIP : CLIP;
        return has(prefix + "text_model.") ? prefix + "text_model." : prefix;
    }

    private boolean has(String prefix) {
        return source.names().stream().anyMatch(name -> name.startsWith(prefix));
    }

    private WeightSource renamed(
            SortedMap<String, List<Long>> expected, String prefix, UnaryOperator<String> spell, Problems problems) {
        SortedMap<String, Derivation> derivations = new TreeMap<>();
        expected.forEach((name, shape) -> {
            String file = prefix + spell.apply(name);
            List<Long> stored =
                    source.names().contains(file) ? source.info(file).shape() : List.of();
            boolean flat = PublishedAutoencoder.isFlat(shape, stored);
            add(derivations, name, Derivation.reshaped(file, flat ? shape : stored), problems);
        });
        return new DerivedWeights(source, derivations);
    }

    private void add(SortedMap<String, Derivation> derivations, String name, Derivation derivation, Problems problems) {
        if (source.names().contains(derivation.source())) {
            used.add(derivation.source());
            derivations.put(name, derivation);
        } else {
            problems.add(source.origin().toString(), "tensor %s is missing", derivation.source());
        }
    }
}
