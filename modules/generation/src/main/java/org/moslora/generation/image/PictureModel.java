package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.diffusion.folder.StableDiffusionFamily;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;

/** A Stable Diffusion with its tokenizers and its noise schedule, checked and not loaded. */
public final class PictureModel implements ImageModel {
    /** All attention of the UNet, as in the paper. */
    private static final List<String> TARGETS = List.of("to_q", "to_k", "to_v", "to_out.0");

    private final StableDiffusion files;
    private final PromptTokens tokens;
    private final SchedulerConfig schedule;

    private PictureModel(StableDiffusion files, PromptTokens tokens, SchedulerConfig schedule) {
        this.files = files;
        this.tokens = tokens;
        this.schedule = schedule;
    }

    /**
     * Opens a diffusers folder or a single-file checkpoint.
     *
     * @param tokenizer where the tokenizers are instead of in the folder, or null
     * @param prediction what the model answers if its files do not say or say it wrong, or null
     * @param messages gets remarks for the user
     * @throws InvalidInput with everything that is wrong with the files
     */
    public static PictureModel open(
            Path path, @Nullable Path tokenizer, @Nullable Prediction prediction, Messages messages) {
        StableDiffusion files = StableDiffusion.open(path);
        Problems problems = new Problems();
        SchedulerConfig schedule = problems.collect(() -> schedule(files, prediction));
        PromptTokens tokens = problems.collect(() -> PromptTokens.open(files, tokenizer, messages));
        if (schedule == null || tokens == null) {
            files.close();
            throw problems.thrown();
        }
        return new PictureModel(files, tokens, schedule);
    }

    private static SchedulerConfig schedule(StableDiffusion files, @Nullable Prediction prediction) {
        boolean xl = files.family() == StableDiffusionFamily.STABLE_DIFFUSION_XL;
        if (files.isSingleFile()) {
            if (prediction == null && files.family() == StableDiffusionFamily.STABLE_DIFFUSION_2) {
                throw new InvalidInput(
                        FieldName.of("prediction"),
                        files.path() + " is Stable Diffusion 2 in a single file, which does not say what the model"
                                + " predicts: v for those of 768 pixels, epsilon for the base models of 512");
            }
            Prediction known = prediction == null ? Prediction.EPSILON : prediction;
            return xl ? SchedulerConfig.stableDiffusionXl(known) : SchedulerConfig.stableDiffusion(known);
        }
        SchedulerConfig own = SchedulerConfig.read(files.path().resolve("scheduler/scheduler_config.json"));
        SchedulerConfig taken = xl ? own : own.amended();
        return prediction == null ? taken : taken.withPrediction(prediction);
    }

    @Override
    public StableDiffusion files() {
        return files;
    }

    /** The tokenizers. */
    public PromptTokens tokens() {
        return tokens;
    }

    /** The noise schedule. */
    public SchedulerConfig schedule() {
        return schedule;
    }

    @Override
    public PictureTraits traits() {
        return new PictureTraits(
                files.path(),
                FamilyTraits.unet(files.family() == StableDiffusionFamily.STABLE_DIFFUSION_XL),
                LatentSpace.of(files.autoencoder()),
                files.unet().sampleSize() * files.autoencoder().factor(),
                files.textEncoders().stream()
                        .mapToInt(config -> config.layers())
                        .min()
                        .orElse(0),
                schedule,
                new PictureLimits(PictureCost.of(files.unet(), files.autoencoder(), false)));
    }

    @Override
    public List<String> targets() {
        return TARGETS;
    }

    @Override
    public TrainableDenoiser denoiser(Linears linears, Compute compute) {
        return new UNetDenoiser(files.buildUNet(linears, compute));
    }

    @Override
    public boolean zeroForNothing() {
        return files.zeroForEmptyPrompt();
    }

    @Override
    public TorchPromptEncoder texts(Linears linears, Compute compute) {
        return new TorchPromptEncoder(files.buildTextEncoders(linears, compute), tokens, files.zeroForEmptyPrompt());
    }

    @Override
    public void close() {
        tokens.close();
        files.close();
    }
}
