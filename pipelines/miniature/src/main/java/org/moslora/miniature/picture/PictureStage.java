package org.moslora.miniature.picture;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.generation.image.PictureModel;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Seeds;
import org.moslora.layers.Workers;
import org.moslora.miniature.ShippedWeights;
import org.moslora.miniature.Stage;

/** UNet and text encoder, both trained whole, by several workers at once that each take a part of every batch. */
final class PictureStage implements Stage {
    private static final String UNET = "unet.";
    private static final String TEXT = "text_encoder.";
    private static final int SIDE = 64;
    private static final int AT_ONCE = 32;
    private static final long EXAMINATION = 1L << 40;

    private final PictureRecipe recipe;
    private final PictureModel model;
    private final List<ModelReplica> learners = new ArrayList<>();
    private final TrainedAdapters trained;
    private final Workers workers;
    private final LatentPool pool;
    private final LatentPool held;

    PictureStage(PictureRecipe recipe, PictureModel model, boolean quiet) {
        this.recipe = recipe;
        this.model = model;
        long seed = recipe.training().seed();
        AdapterPlan plan = plan();
        ModelReplica first = new ModelReplica(model, plan);
        this.trained = plan.build(first.arena(), Compute.cpu(), seed);
        learners.add(first);
        while (learners.size() < recipe.workers()) {
            AdapterPlan other = plan();
            ModelReplica next = new ModelReplica(model, other);
            other.share(trained, next.arena());
            learners.add(next);
        }
        this.workers = new Workers(recipe.workers());
        this.pool = LatentPool.fill(model, workers, LatentPool.scenes(seed, Split.TRAIN), recipe.scenes(), SIDE, quiet);
        this.held = LatentPool.fill(
                model, workers, LatentPool.scenes(seed, Split.VALIDATION), recipe.examined(), SIDE, quiet);
    }

    private static AdapterPlan plan() {
        return new AdapterPlan().train("unet", UNET).train("text_encoder", TEXT);
    }

    @Override
    public TrainedAdapters trained() {
        return trained;
    }

    @Override
    public Arena arena() {
        return learners.get(0).arena();
    }

    @Override
    public double learn(int step) {
        List<Supplier<Double>> parts = new ArrayList<>();
        for (int i = 0; i < learners.size(); i++) {
            ModelReplica learner = learners.get(i);
            long seed = Seeds.mix(Seeds.mix(recipe.training().seed(), step), i);
            parts.add(() -> learn(learner, new SplittableRandom(seed)));
        }
        return workers.run(parts).stream().mapToDouble(Double::doubleValue).sum();
    }

    private double learn(ModelReplica learner, SplittableRandom random) {
        int count = recipe.training().batchSize() / learners.size();
        try (Arena arena = learner.arena().child()) {
            LatentPool.Drawn drawn = pool.draw(arena, random, count, recipe.empty(), recipe.thing());
            return learner.learn(arena, drawn, random, 1.0 / learners.size());
        }
    }

    /** The loss on scenes of another split, always the same ones under the same noise. */
    @Override
    public Map<String, Double> examine() {
        double sum = 0;
        int rounds = Math.max(1, recipe.examined() / AT_ONCE);
        for (int i = 0; i < rounds; i++) {
            SplittableRandom random = new SplittableRandom(Seeds.mix(EXAMINATION, i));
            try (Arena arena = arena().child()) {
                sum += learners.get(0).look(arena, held.draw(arena, random, AT_ONCE, 0, 1), random);
            }
        }
        return Map.of("validation loss", sum / rounds);
    }

    @Override
    public void write(Path folder) throws IOException {
        ShippedWeights.copy(recipe.model(), folder);
        Map<String, NDArray> all = trained.whole();
        ShippedWeights.write(arena(), folder.resolve("unet/diffusion_pytorch_model.safetensors"), all, UNET);
        ShippedWeights.write(arena(), folder.resolve("text_encoder/model.safetensors"), all, TEXT);
    }

    @Override
    public void close() {
        workers.close();
        learners.forEach(ModelReplica::close);
        model.close();
    }
}
