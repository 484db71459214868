package org.moslora.miniature.autoencoder;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.diffusion.autoencoder.AutoencoderPass;
import org.moslora.diffusion.autoencoder.AutoencoderTraining;
import org.moslora.diffusion.autoencoder.PictureLoss;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.Seeds;
import org.moslora.miniature.ScenePixels;
import org.moslora.miniature.SceneRenderer;
import org.moslora.miniature.ShippedWeights;
import org.moslora.miniature.Stage;
import org.moslora.tensors.WeightSource;

/** The autoencoder, trained whole on portraits. */
final class AutoencoderStage implements Stage {
    private static final String COMPONENT = Component.AUTOENCODER.prefix();
    private static final PictureLoss.Weights TERMS = new PictureLoss.Weights(1, 2, 0.5, 2e-4);
    private static final int SIDE = 64;
    private static final int AT_ONCE = 32;

    private final AutoencoderRecipe recipe;
    private final Path start;
    private final StableDiffusion files;
    private final AutoencoderTraining model;
    private final TrainedAdapters trained;
    private final SceneRenderer easel = new SceneRenderer(SIDE);

    AutoencoderStage(AutoencoderRecipe recipe, Path start) {
        this.recipe = recipe;
        this.start = start;
        this.files = StableDiffusion.open(start);
        AdapterPlan plan = recipe.encoder()
                ? new AdapterPlan().train("autoencoder", COMPONENT)
                : new AdapterPlan().train("autoencoder", COMPONENT + "decoder.", COMPONENT + "post_quant_conv.");
        this.model = new AutoencoderTraining(
                files.autoencoder(),
                Objects.requireNonNull(files.weights().get(Component.AUTOENCODER)),
                plan,
                Compute.cpu());
        this.trained =
                plan.build(model.arena(), Compute.cpu(), recipe.training().seed());
    }

    @Override
    public TrainedAdapters trained() {
        return trained;
    }

    @Override
    public Arena arena() {
        return model.arena();
    }

    @Override
    public double learn(int step) {
        int count = recipe.training().batchSize();
        try (Arena arena = model.step()) {
            NDArray pixels = pictures(arena, Split.TRAIN, (step - 1) * count, count);
            NDArray noise = noise(arena, step, count);
            AutoencoderPass pass = model.forward(arena, pixels, noise, Long.MAX_VALUE);
            PictureLoss loss = PictureLoss.of(arena, pass, pixels, TERMS, 1);
            model.backward(arena, pass, loss);
            return loss.total();
        }
    }

    private NDArray pictures(Arena arena, Split split, int first, int count) {
        Scenes scenes = new Scenes(recipe.training().seed(), split, Cast.KNOWN);
        List<Scene> some =
                IntStream.range(first, first + count).mapToObj(scenes::portrait).toList();
        return ScenePixels.batch(arena, easel.pixels(some));
    }

    private NDArray noise(Arena arena, int step, int count) {
        long small = SIDE / model.config().factor();
        long[] shape = {count, model.config().latentChannels(), small, small};
        long seed = Seeds.mix(recipe.training().seed(), step) >>> 1;
        return Kernels.get().one(arena, "normal", shape, 1.0, seed);
    }

    /** How near pictures come back that were not learnt from: peak signal to noise, in decibels. */
    @Override
    public Map<String, Double> examine() {
        double sum = 0;
        for (int first = 0; first < recipe.examined(); first += AT_ONCE) {
            int count = Math.min(AT_ONCE, recipe.examined() - first);
            try (Arena arena = model.step()) {
                NDArray pixels = pictures(arena, Split.VALIDATION, first, count);
                NDArray still = noise(arena, 0, count);
                Kernels.get().call(arena, "zero", List.of(still));
                AutoencoderPass pass = model.forward(arena, pixels, still, 0);
                sum += count
                        * Kernels.get()
                                .one(arena, "peak_signal", pass.pictures(), pixels)
                                .getFloat();
            }
        }
        return Map.of("PSNR", sum / recipe.examined());
    }

    /**
     * Where the encoder has learnt, latents are left with mean 0 and deviation 1 in every channel, folded into the
     * convolutions at the ends.
     */
    @Override
    public void write(Path folder) throws IOException {
        ShippedWeights.copy(start, folder);
        Path file = folder.resolve("vae/diffusion_pytorch_model.safetensors");
        try (Arena arena = model.step()) {
            Map<String, NDArray> learnt = trained.whole();
            Map<String, NDArray> all =
                    recipe.encoder() ? EvenLatents.over(arena, learnt, COMPONENT, means(arena)) : beside(arena, learnt);
            ShippedWeights.write(arena, file, all, COMPONENT);
        }
    }

    /** All tensors: those that learnt, and the others as they were. */
    private Map<String, NDArray> beside(Arena arena, Map<String, NDArray> learnt) {
        WeightSource source = Objects.requireNonNull(files.weights().get(Component.AUTOENCODER));
        FrozenTensors tensors = new FrozenTensors(source, arena, Compute.cpu());
        Map<String, NDArray> all = new LinkedHashMap<>();
        for (String name : source.names()) {
            NDArray own = learnt.get(COMPONENT + name);
            all.put(COMPONENT + name, own == null ? tensors.get(name) : own);
        }
        return all;
    }

    /** Means of the latents of some pictures, [B, channels, h, w]. */
    private NDArray means(Arena arena) {
        List<NDArray> all = IntStream.range(0, Math.max(1, recipe.examined() / AT_ONCE))
                .mapToObj(i -> model.encode(arena, pictures(arena, Split.TRAIN, i * AT_ONCE, AT_ONCE))
                        .mean())
                .toList();
        return Kernels.get().one(arena, "concatenated", all, 0);
    }

    @Override
    public void close() {
        model.close();
        files.close();
    }
}
