package org.moslora.diffusion.folder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.TextEncoder;
import org.moslora.diffusion.unet.UNet;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.WeightSource;

/**
 * A Stable Diffusion whose configs and tensors were checked; nothing is loaded before a component is built. Models that
 * were built stay usable after this is closed.
 */
public final class StableDiffusion implements ImageModelFiles {
    private final Path path;
    private final Contents contents;
    private final StableDiffusionFamily family;

    private StableDiffusion(Path path, Contents contents) {
        this.path = path;
        this.contents = contents;
        this.family = StableDiffusionFamily.of(contents.unet());
    }

    /**
     * Opens a diffusers folder, or a single-file checkpoint in the layout of the program that it was trained with.
     *
     * @throws InvalidInput naming everything missing, unexpected, misshapen or not computed here, of all components
     */
    public static StableDiffusion open(Path path) {
        if (!Files.exists(path)) {
            throw new InvalidInput(path.toString(), "there is no such file or folder");
        }
        GeneratorFamily family = GeneratorFamily.of(path);
        if (family.flows()) {
            throw new InvalidInput(
                    path.toString(),
                    "is " + family.description() + ", which has no UNet; this works on Stable Diffusion alone");
        }
        Contents contents = Files.isDirectory(path) ? PipelineFolder.read(path) : SingleFile.read(path);
        StableDiffusion model = new StableDiffusion(path, contents);
        try {
            model.checkFit();
            return model;
        } catch (InvalidInput misfit) {
            model.close();
            throw misfit;
        }
    }

    @Override
    public Path path() {
        return path;
    }

    /** Which of the three it is. */
    public StableDiffusionFamily family() {
        return family;
    }

    @Override
    public String spelling() {
        return family.spelling();
    }

    @Override
    public String description() {
        return family.description();
    }

    @Override
    public Component denoiser() {
        return Component.UNET;
    }

    /** The UNet's config. */
    public UNetConfig unet() {
        return contents.unet();
    }

    @Override
    public AutoencoderConfig autoencoder() {
        return contents.autoencoder();
    }

    /** The configs of the text encoders, one, or two for XL. */
    public List<ClipTextConfig> textEncoders() {
        return contents.texts();
    }

    /** Whether an absent negative prompt stands for states of zero and not for the empty text. */
    public boolean zeroForEmptyPrompt() {
        return contents.zeroForEmptyPrompt();
    }

    @Override
    public Map<Component, WeightSource> weights() {
        return Collections.unmodifiableMap(contents.weights());
    }

    @Override
    public void replaceDenoiser(UnaryOperator<WeightSource> other) {
        contents.weights().computeIfPresent(Component.UNET, (component, source) -> other.apply(source));
    }

    /** Builds the UNet; sites' paths begin with {@code unet.}. */
    public UNet buildUNet(Linears linears, Compute compute) {
        return new UNet(contents.unet(), weights(Component.UNET), linears, compute);
    }

    /** Builds the text encoders; sites' paths begin with {@code text_encoder.} and {@code text_encoder_2.}. */
    public TextEncoders buildTextEncoders(Linears linears, Compute compute) {
        List<TextEncoder> encoders = new ArrayList<>();
        for (int i = 0; i < contents.texts().size(); i++) {
            Component component = i == 0 ? Component.TEXT_ENCODER : Component.TEXT_ENCODER_2;
            encoders.add(
                    new TextEncoder(component.prefix(), contents.texts().get(i), weights(component), linears, compute));
        }
        return new TextEncoders(encoders);
    }

    private void checkFit() {
        Problems problems = new Problems();
        int width = contents.texts().stream().mapToInt(ClipTextConfig::hidden).sum();
        if (width != contents.unet().textWidth()) {
            problems.add(
                    path.toString(),
                    "the text encoders give states of width %d, but the UNet reads %d (cross_attention_dim); do they"
                            + " belong together?",
                    width,
                    contents.unet().textWidth());
        }
        UNetConfig.Added added = contents.unet().added();
        int pooled = contents.texts().get(contents.texts().size() - 1).projection();
        if ((added == null) != (contents.texts().size() == 1)) {
            problems.add(
                    path.toString(),
                    "has %d text encoders, but its UNet is that of %s",
                    contents.texts().size(),
                    family.description());
        } else if (added != null && added.pooledWidth() != pooled) {
            problems.add(
                    path.toString(),
                    "text_encoder_2 pools to width %d (projection_dim), but the UNet takes %d"
                            + " (projection_class_embeddings_input_dim less six sizes)",
                    pooled,
                    added.pooledWidth());
        }
        if (contents.autoencoder().latentChannels() != contents.unet().inChannels()) {
            problems.add(
                    path.toString(),
                    "the autoencoder's latents have %d channels, but the UNet reads %d",
                    contents.autoencoder().latentChannels(),
                    contents.unet().inChannels());
        }
        problems.throwIfAny();
    }
}
