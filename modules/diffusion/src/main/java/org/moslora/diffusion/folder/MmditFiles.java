package org.moslora.diffusion.folder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.mmdit.Mmdit;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.mmdit.MmditNames;
import org.moslora.diffusion.t5.T5Config;
import org.moslora.diffusion.t5.T5Encoder;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.TextEncoder;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.tensors.WeightSource;

/**
 * A Stable Diffusion 3 or FLUX.1 whose configs and tensors were checked; nothing is loaded before a component is built.
 *
 * @param transformer the transformer's config
 * @param clips configs of CLIP's text encoders, two, of FLUX.1 one
 * @param t5 the config of T5's; null for a Stable Diffusion 3 that is without
 * @param weights every component's tensors under the names that its model knows
 */
public record MmditFiles(
        Path path,
        MmditConfig transformer,
        AutoencoderConfig autoencoder,
        List<ClipTextConfig> clips,
        @Nullable T5Config t5,
        Map<Component, WeightSource> weights)
        implements ImageModelFiles {
    /**
     * Opens a folder of diffusers.
     *
     * @throws org.moslora.problems.InvalidInput naming everything missing, unexpected, misshapen or not computed here
     */
    public static MmditFiles open(PipelineSource source, GeneratorFamily family) {
        return MmditFolder.read(source, family == GeneratorFamily.FLUX_1);
    }

    @Override
    public String spelling() {
        return family().spelling();
    }

    @Override
    public String description() {
        boolean later = !transformer.flux() && transformer.headNorms();
        return later ? "Stable Diffusion 3.5" : family().description();
    }

    private GeneratorFamily family() {
        return transformer.flux() ? GeneratorFamily.FLUX_1 : GeneratorFamily.STABLE_DIFFUSION_3;
    }

    @Override
    public Component denoiser() {
        return Component.TRANSFORMER;
    }

    @Override
    public boolean adapts(Component component) {
        return component == denoiser() || family().adaptsText(component);
    }

    @Override
    public void replaceDenoiser(UnaryOperator<WeightSource> other) {
        weights.computeIfPresent(Component.TRANSFORMER, (component, source) -> other.apply(source));
    }

    @Override
    public Map<Component, Long> parameters() {
        Map<Component, Long> counts = new EnumMap<>(ImageModelFiles.super.parameters());
        long table = (long) transformer.side() * transformer.side() * transformer.width();
        counts.computeIfPresent(Component.TRANSFORMER, (component, count) -> count - table);
        return counts;
    }

    /** Which component T5's text encoder is. */
    static Component t5(boolean flux) {
        return flux ? Component.TEXT_ENCODER_2 : Component.TEXT_ENCODER_3;
    }

    /** Builds the transformer; sites' paths begin with {@link MmditNames#COMPONENT}. */
    public Mmdit buildTransformer(Linears linears, Compute compute) {
        return new Mmdit(transformer, weights(Component.TRANSFORMER), linears, compute);
    }

    /** Builds CLIP's text encoders. */
    public List<TextEncoder> buildClips(Linears linears, Compute compute) {
        List<TextEncoder> encoders = new ArrayList<>();
        for (int i = 0; i < clips.size(); i++) {
            Component component = i == 0 ? Component.TEXT_ENCODER : Component.TEXT_ENCODER_2;
            encoders.add(new TextEncoder(component.prefix(), clips.get(i), weights(component), linears, compute));
        }
        return encoders;
    }

    /** Builds T5's text encoder; null where there is none. */
    public @Nullable T5Encoder buildT5(Compute compute) {
        return t5 == null ? null : new T5Encoder(Objects.requireNonNull(t5), weights(t5Component()), compute);
    }

    /** Which component T5's text encoder is where there is one. */
    public Component t5Component() {
        return t5(transformer.flux());
    }

    /** The folder of T5's tokenizer. */
    public Path t5Tokenizer() {
        return path.resolve(transformer.flux() ? "tokenizer_2" : "tokenizer_3");
    }
}
