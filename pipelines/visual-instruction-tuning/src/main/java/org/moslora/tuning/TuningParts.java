package org.moslora.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterOrigin;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.NativeFolder;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.console.recipe.Bound;
import org.moslora.examples.ExampleLoader;
import org.moslora.examples.StepPlan;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.llava.Llava;
import org.moslora.llava.LlavaFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.training.AdamW;
import org.moslora.training.Checkpoints;
import org.moslora.training.RunFolder;
import org.moslora.training.recipe.TrainingBlock;

/**
 * All that the training loop works with, made and checked before anything is written. Whatever is wrong with recipe,
 * model, data or starting point surfaces here.
 */
final class TuningParts implements AutoCloseable {
    final TuningRecipe recipe;
    final String resolved;
    final RunFolder run;
    final LlavaFolder folder;
    final Spelling spelling;
    final TuningData data;
    final Llava model;
    final TrainedAdapters adapters;
    final AdamW optimizer;
    final StepPlan plan;
    final Checkpoints checkpoints;

    private TuningParts(
            Bound<TuningRecipe> bound, LlavaFolder folder, Spelling spelling, TuningData data, Messages messages) {
        this.recipe = bound.recipe();
        this.resolved = bound.yaml();
        this.run = new RunFolder(recipe.output());
        this.folder = folder;
        this.spelling = spelling;
        this.data = data;
        Compute compute =
                new Compute(Engine.device(recipe.device()), recipe.training().precision());
        Plans plans = new Plans(recipe);
        AdapterPlan adapterPlan = plans.adapters();
        this.model = new Llava(folder, adapterPlan, compute);
        try {
            this.adapters =
                    adapterPlan.build(model.arena(), compute, recipe.training().seed());
            plans.starts().load(adapters, model.arena(), compute).forEach(messages::tell);
            this.optimizer = new AdamW(
                    adapters.parameters(), plans.rates(), recipe.training().optimizer(), model.arena());
        } catch (InvalidInput invalid) {
            model.close();
            throw invalid;
        }
        model.remember((long) (recipe.data().featureMemoryGib() * (1L << 30)));
        TrainingBlock training = recipe.training();
        this.plan = new StepPlan(
                recipe.data().order(),
                training.seed(),
                data.size(),
                training.batchSize(),
                training.gradientAccumulation(),
                data.lengths());
        this.checkpoints = new Checkpoints(run.checkpoints(), training.keepCheckpoints());
    }

    /**
     * Makes everything.
     *
     * @throws InvalidInput with all that is wrong with model and data together
     */
    static TuningParts of(Bound<TuningRecipe> bound, Messages messages) {
        TuningRecipe recipe = bound.recipe();
        Problems problems = new Problems();
        Holder held = new Holder();
        problems.collect(() -> held.folder = LlavaFolder.open(recipe.model()));
        LlavaFolder folder = held.folder;
        if (folder != null) {
            problems.collect(() -> held.spelling = spelling(recipe, folder, messages));
        }
        Spelling spelling = held.spelling;
        if (spelling != null) {
            problems.collect(() -> held.data = TuningData.read(
                    recipe.data().conversations(),
                    recipe.data().format(),
                    recipe.data().onBadSample(),
                    spelling,
                    recipe.validation(),
                    messages::tell));
        }
        TuningData data = held.data;
        if (folder == null || spelling == null || data == null || !problems.isEmpty()) {
            held.close();
            problems.throwIfAny();
            throw new IllegalStateException("nothing was read and nothing was wrong");
        }
        MemoryEstimate.of(recipe, folder, data.longest()).tell(messages);
        try {
            return new TuningParts(bound, folder, spelling, data, messages);
        } catch (InvalidInput invalid) {
            held.close();
            throw invalid;
        }
    }

    /** How a recipe's model wants its conversations. */
    static Spelling spelling(TuningRecipe recipe, LlavaFolder folder, Messages messages) {
        Path images = recipe.data().images();
        return Spelling.of(
                recipe.model(),
                folder.config(),
                recipe.data().template(),
                recipe.data().imageAspect(),
                recipe.data().maxLength(),
                images == null ? beside(recipe.data().conversations()) : images,
                messages::tell);
    }

    /** Where pictures are looked for when the recipe names no folder: beside the conversations. */
    static Path beside(List<Path> conversations) {
        Path parent = conversations.get(0).toAbsolutePath().getParent();
        return parent == null ? Path.of("") : parent;
    }

    private static final class Holder {
        private @Nullable LlavaFolder folder;
        private @Nullable Spelling spelling;
        private @Nullable TuningData data;

        private void close() {
            if (spelling != null) {
                spelling.close();
            }
            if (folder != null) {
                folder.close();
            }
        }
    }

    /** Prepares the examples of the steps after {@code done}. */
    ExampleLoader loader(int done, int steps) {
        int perStep = recipe.training().batchSize() * recipe.training().gradientAccumulation();
        int threads = TuningData.threads();
        return new ExampleLoader(
                plan, done, steps, row -> data.example(row, model::remembers), threads, Math.max(threads, 2 * perStep));
    }

    /** Writes the trained adapter into a folder. */
    void writeAdapter(Path into) throws java.io.IOException {
        AdapterOrigin origin = new AdapterOrigin(
                recipe.model().toString(),
                "llava",
                spelling.template().spelling(),
                spelling.aspect().spelling());
        NativeFolder.fill(into, model.arena(), adapters, origin, recipe.targets());
    }

    /** The files that the run reads, for its provenance. */
    List<Path> inputs() {
        List<Path> files = new ArrayList<>(recipe.data().conversations());
        folder.weights().names().stream()
                .map(folder.weights()::file)
                .distinct()
                .sorted()
                .forEach(files::add);
        return files;
    }

    @Override
    public void close() {
        model.close();
        spelling.close();
        folder.close();
    }
}
