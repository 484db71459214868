package org.moslora.tuning;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.moslora.adapters.AdapterOrigin;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.NativeFolder;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.console.recipe.Bound;
import org.moslora.console.recipe.Setting;
import org.moslora.examples.ExampleLoader;
import org.moslora.examples.StepPlan;
import org.moslora.examples.text.ShownPicture;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.quantised.Quantisation;
import org.moslora.layers.quantised.QuantisedCopies;
import org.moslora.llama.Backbone;
import org.moslora.llama.BackboneFolder;
import org.moslora.multimodal.MultimodalModel;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.training.Checkpoints;
import org.moslora.training.Optimizer;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.training.RunResult;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.team.Team;

/**
 * All that the training loop works with, made and checked before anything is written. Whatever is wrong with recipe,
 * model, data or starting point surfaces here.
 */
final class TrainingSetup implements AutoCloseable {
    final TuningRecipe recipe;
    final String resolved;
    final List<Setting> settings;
    final RunFolder run;
    final BackboneFolder folder;
    final Processor processor;
    final TuningData data;
    final Backbone model;
    final TrainedAdapters adapters;
    final Optimizer optimizer;
    final StepPlan plan;
    final Checkpoints checkpoints;

    private TrainingSetup(
            TuningRecipe recipe, Bound<?> bound, BackboneFolder folder, TuningSources sources, RunRequest request) {
        this.recipe = recipe;
        this.resolved = bound.yaml();
        this.settings = bound.settings();
        this.run = new RunFolder(recipe.output());
        this.folder = folder;
        this.processor = sources.processor();
        this.data = sources.data();
        TrainingBlock training = recipe.training();
        Compute compute = training.compute(Engine.device(request.team().device(recipe.device())));
        this.plan = plan(recipe, data);
        AdapterPlan adapterPlan = recipe.trained().plan().over(training.steps(plan.stepsPerEpoch()));
        this.model = folder.build(adapterPlan, compute);
        try {
            this.adapters = adapterPlan.build(model.arena(), compute, training.seed());
            recipe.trained().starts().load(adapters, model.arena(), compute).forEach(request.listener()::tell);
            this.optimizer =
                    training.optimizer(adapters.parameters(), recipe.trained().rates(), model.arena());
            FrozenTensors.release(folder.weights(), compute);
        } catch (InvalidInput invalid) {
            model.close();
            throw invalid;
        }
        this.checkpoints = new Checkpoints(run.checkpoints(), training.keepCheckpoints());
    }

    /** Which rows make a step. */
    static StepPlan plan(TuningRecipe recipe, TuningData data) {
        return plan(recipe, data.lengths(), data.weights());
    }

    /** The same of rows that are only measured. */
    static StepPlan plan(TuningRecipe recipe, int[] lengths, double[] weights) {
        TrainingBlock training = recipe.training();
        return new StepPlan(
                recipe.data().order(),
                training.seed(),
                lengths.length,
                training.batchSize(),
                training.gradientAccumulation(),
                lengths,
                weights);
    }

    /**
     * Makes everything.
     *
     * @throws InvalidInput with all that is wrong with model and data together
     */
    static <R extends Record & TuningRecipe> TrainingSetup of(Bound<R> bound, RunRequest request) {
        TuningRecipe recipe = bound.recipe();
        Messages messages = request.listener()::tell;
        TuningSources sources = TuningSources.open(recipe, messages);
        BackboneFolder held = sources.folder();
        try {
            sources.tellMemory(recipe, Engine.device(request.team().device(recipe.device())), messages);
            held = quantised(recipe, held, messages);
            return new TrainingSetup(recipe, bound, held, sources, request);
        } catch (InvalidInput invalid) {
            TuningSources.close(sources.processor(), held);
            throw invalid;
        }
    }

    /** The folder as the recipe has its weights held; what is wrong with the adapter is told before weights are copied. */
    private static BackboneFolder quantised(TuningRecipe recipe, BackboneFolder folder, Messages messages) {
        Quantisation form = recipe.training().quantize();
        if (form == Quantisation.NONE) {
            return folder;
        }
        recipe.trained()
                .plan()
                .over(recipe.training().steps(Integer.MAX_VALUE))
                .check(folder.sites().values());
        List<String> weights =
                folder.decoderLinears().stream().map(path -> path + ".weight").toList();
        return folder.with(QuantisedCopies.over(folder.weights(), weights, form, messages));
    }

    /** Which pictures' features a model that sees keeps from one epoch to the next, so that it needs no pixels of them. */
    Predicate<ShownPicture> remembered() {
        if (model instanceof MultimodalModel seeing) {
            seeing.remember((long) (recipe.data().featureMemoryGib() * (1L << 30)));
            return seeing::remembers;
        }
        return picture -> false;
    }

    /**
     * Prepares the examples of the steps after {@code done}.
     *
     * @param team whose share of them is wanted
     * @param remembered whether a picture's pixels are not needed, asked when its example is made
     */
    ExampleLoader loader(Team team, int done, int steps, Predicate<ShownPicture> remembered) {
        int perStep = recipe.training().batchSize() * recipe.training().gradientAccumulation();
        int threads = TuningData.threads();
        return new ExampleLoader(
                plan.shared(team.rank(), team.size()),
                done,
                steps,
                row -> data.examples(row, remembered),
                threads,
                Math.max(threads, 2 * perStep));
    }

    /** The conversations of a step, by micro-batch. */
    List<List<String>> conversations(int step) {
        return plan.step(step - 1L).stream()
                .map(rows -> IntStream.of(rows).mapToObj(data::id).toList())
                .toList();
    }

    /** Everything that a checkpoint must hold. */
    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>(optimizer.state());
        state.putAll(adapters.state());
        return state;
    }

    /** What the run leaves: an adapter, or the model where its weights are trained themselves. */
    RunResult result() {
        return recipe.adapter().isFull()
                ? RunResult.model(into -> TunedLanguageModel.fill(into, folder, processor, adapters, model.arena()))
                : RunResult.adapter(this::fillAdapter);
    }

    private void fillAdapter(Path into) throws IOException {
        AdapterOrigin origin = new AdapterOrigin(
                recipe.model().toString(),
                folder.family(),
                processor.template().spelling(),
                processor.aspect(),
                processor.pixels(),
                processor.handledBoxes(),
                null,
                recipe.training().quantize().toString());
        NativeFolder.fill(
                into, model.arena(), adapters, origin, recipe.trained().targets());
    }

    /** The files that the run reads, for its provenance. */
    List<Path> inputs() {
        List<Path> files = new ArrayList<>();
        recipe.data().sets().forEach(set -> files.addAll(set.conversations()));
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
        processor.close();
        folder.close();
    }
}
