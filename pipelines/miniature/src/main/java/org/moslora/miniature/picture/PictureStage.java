package org.moslora.miniature.picture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Seeds;
import org.moslora.layers.Workers;
import org.moslora.miniature.ShippedWeights;
import org.moslora.miniature.Stage;

/** A model that paints, trained whole by several workers at once that each take a part of every batch. */
final class PictureStage<T> implements Stage {
    private static final int SIDE = 64;
    private static final int AT_ONCE = 32;
    private static final long EXAMINATION = 1L << 40;

    private final PictureLessons recipe;
    private final TaughtPainter<T> painter;
    private final List<TaughtReplica<T>> learners = new ArrayList<>();
    private final TrainedAdapters trained;
    private final Workers workers;
    private final LatentPool<T> pool;
    private final LatentPool<T> held;

    PictureStage(PictureLessons recipe, TaughtPainter<T> painter, boolean quiet) {
        this.recipe = recipe;
        this.painter = painter;
        long seed = recipe.training().seed();
        AdapterPlan plan = painter.plan();
        TaughtReplica<T> first = painter.replica(plan);
        this.trained = plan.build(first.arena(), Compute.cpu(), seed);
        learners.add(first);
        while (learners.size() < recipe.workers()) {
            AdapterPlan other = painter.plan();
            TaughtReplica<T> next = painter.replica(other);
            other.share(trained, next.arena());
            learners.add(next);
        }
        this.workers = new Workers(recipe.workers());
        this.pool = pool(Split.TRAIN, recipe.scenes(), quiet);
        this.held = pool(Split.VALIDATION, recipe.examined(), quiet);
    }

    private LatentPool<T> pool(Split split, int count, boolean quiet) {
        Scenes scenes = LatentPool.scenes(recipe.training().seed(), split);
        return LatentPool.fill(painter.files(), painter::caption, workers, scenes, count, SIDE, quiet);
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
            TaughtReplica<T> learner = learners.get(i);
            long seed = Seeds.mix(Seeds.mix(recipe.training().seed(), step), i);
            parts.add(() -> learn(learner, new SplittableRandom(seed)));
        }
        return workers.run(parts).stream().mapToDouble(Double::doubleValue).sum();
    }

    private double learn(TaughtReplica<T> learner, SplittableRandom random) {
        int count = recipe.training().batchSize() / learners.size();
        try (Arena arena = learner.arena().child()) {
            LatentPool.Drawn<T> drawn = pool.draw(arena, random, count, recipe.empty(), recipe.thing());
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
        ShippedWeights.copy(painter.files().path(), folder);
        painter.write(arena(), folder, trained.whole());
    }

    @Override
    public void close() {
        workers.close();
        learners.forEach(TaughtReplica::close);
        painter.close();
    }
}
