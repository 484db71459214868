package org.moslora.dreambooth;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterOrigin;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.Illustration;
import org.moslora.adapters.NativeFolder;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.console.recipe.Bound;
import org.moslora.examples.subject.Subject;
import org.moslora.examples.subject.SubjectPlan;
import org.moslora.examples.subject.TrainingImage;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.TrainableDenoiser;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.layers.Precision;
import org.moslora.layers.quantised.QuantisedCopies;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.training.BestResult;
import org.moslora.training.CheckpointProgress;
import org.moslora.training.Checkpoints;
import org.moslora.training.Ema;
import org.moslora.training.Optimizer;
import org.moslora.training.RunFolder;
import org.moslora.training.RunResult;
import org.moslora.training.TrainingListener;
import org.moslora.training.recipe.TrainedComponents;
import org.moslora.training.recipe.TrainingBlock;

/**
 * All that the training loop works with, made and checked before the run folder is: models, adapters, pictures as
 * latents, texts as states. The pictures of the class that are missing are made here, too.
 */
final class DreamBoothParts implements AutoCloseable {
    final DreamBoothRecipe recipe;
    final String resolved;
    final RunFolder run;
    final ImageModel model;
    final TrainableDenoiser denoiser;
    final TrainedAdapters adapters;
    final Optimizer optimizer;
    final @Nullable Ema ema;
    final Objective objective;
    final SubjectPlan plan;
    final int steps;
    final TrainingNoise draws;
    final PromptEmbeddings texts;
    final Latents latents;
    final Checkpoints checkpoints;
    private final Sources sources;
    final HeldBackLoss heldBack;
    private final @Nullable Subject prior;
    private List<Illustration> illustrations = List.of();

    private DreamBoothParts(Bound<DreamBoothRecipe> bound, Sources sources, TrainingListener listener) {
        this.recipe = bound.recipe();
        this.resolved = bound.yaml();
        this.sources = sources;
        this.model = sources.model();
        this.run = new RunFolder(recipe.output());
        TrainingBlock training = recipe.training();
        Compute compute = new Compute(Engine.device(recipe.device()), training.precision());
        Compute wide = new Compute(compute.device(), Precision.FP32);
        TrainedComponents trained = recipe.trained(model);
        this.steps = training.steps(sources.subjects().stepsPerRound());
        AdapterPlan adapterPlan = trained.plan().over(steps);
        this.objective = recipe.loss().objective(model.traits());
        model.files()
                .replaceDenoiser(plain -> QuantisedCopies.over(
                        plain, model.files().denoiserLinears(), training.quantize(), listener::tell));
        this.denoiser = model.denoiser(adapterPlan, compute);
        Linears seen = recipe.textEncoder() == null ? Linears.plain() : adapterPlan;
        this.texts = new PromptEmbeddings(model.texts(seen, compute), recipe.textLength(model));
        this.latents = new Latents(model.files(), recipe.framing(), wide);
        try {
            this.adapters = adapterPlan.build(denoiser.arena(), compute, training.seed());
            trained.starts().load(adapters, denoiser.arena(), compute).forEach(listener::tell);
            this.optimizer = training.optimizer(adapters.parameters(), trained.rates(), denoiser.arena());
            double decay = recipe.ema().decay();
            this.ema = decay > 0 ? new Ema(adapters.parameters(), decay, denoiser.arena()) : null;
            ClassPictures pictures = sources.prior();
            this.prior = pictures == null ? null : pictures.complete(model, compute, listener);
            this.plan = sources.subjects().plan(prior);
            this.draws = new TrainingNoise(model.traits().space(), objective);
            this.heldBack = new HeldBackLoss(this, sources.subjects().heldBack());
            prepare(listener::tell);
        } catch (InvalidInput invalid) {
            closeModels();
            throw invalid;
        }
        this.checkpoints = new Checkpoints(run.checkpoints(), training.keepCheckpoints());
    }

    /**
     * Makes everything.
     *
     * @throws InvalidInput with all that is wrong with model and pictures together
     */
    static DreamBoothParts of(Bound<DreamBoothRecipe> bound, TrainingListener listener) {
        Sources sources = Sources.open(bound.recipe(), listener::tell);
        try {
            return new DreamBoothParts(bound, sources, listener);
        } catch (InvalidInput invalid) {
            sources.close();
            throw invalid;
        }
    }

    /** Encodes what can be encoded once, and lets go of what will not be asked again. */
    private void prepare(Messages messages) {
        List<TrainingImage> shots = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            plan.step(step).forEach(shots::addAll);
        }
        latents.fill(shots);
        boolean endless = recipe.captions().use() && recipe.captions().shuffle();
        if (recipe.textEncoder() == null) {
            texts.fill(recipe.validation().prompts());
            texts.fill(List.of(""));
            texts.fill(heldBack.prompts());
            texts.fill(
                    endless
                            ? List.of()
                            : shots.stream()
                                    .map(TrainingImage::prompt)
                                    .distinct()
                                    .toList());
            if (!endless) {
                texts.release();
            }
        }
        // What was let go lies in mapped files, which stay resident until the collector finds their buffers.
        System.gc();
        messages.tell(String.format(
                java.util.Locale.ROOT,
                "training %,d parameters%s, %d pictures of the subject%s",
                adapters.parameters().size(),
                recipe.adapter().isFull() ? ", every one of their components" : " on " + adapters.layers() + " layers",
                sources.subjects().pictures(),
                prior == null ? "" : " and " + prior.pictures().pictures().size() + " of its class"));
    }

    /** Everything that a checkpoint must hold. */
    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>(optimizer.state());
        state.putAll(adapters.state());
        if (ema != null) {
            state.putAll(ema.state());
        }
        return state;
    }

    /** Leaves a point to go on from, perhaps one that the next takes the place of; its folder. */
    Path checkpoint(int step, boolean interim, BestResult best) {
        long draws = (long) step * recipe.training().gradientAccumulation();
        CheckpointProgress progress =
                CheckpointProgress.at(step, interim).drawn(draws).validated(best.loss());
        return checkpoints.save(denoiser.arena(), progress, state(), result());
    }

    /** Shows these on the card of what the run leaves. */
    void illustrate(List<Illustration> painted) {
        illustrations = List.copyOf(painted);
    }

    /** What the run leaves: an adapter, or the model where its weights are trained themselves. */
    RunResult result() {
        TunedPipeline tuned = new TunedPipeline(recipe.model(), model.files().denoiser(), recipe.textEncoder() != null);
        return recipe.adapter().isFull()
                ? RunResult.model(into -> tuned.fill(into, adapters, denoiser.arena()))
                : RunResult.adapter(this::fillAdapter);
    }

    private void fillAdapter(Path into) throws IOException {
        AdapterOrigin origin = new AdapterOrigin(
                recipe.model().toString(),
                model.files().spelling(),
                null,
                null,
                null,
                null,
                recipe.instance().get(0).prompt(),
                recipe.training().quantize().toString());
        NativeFolder.fill(
                into, denoiser.arena(), adapters, origin, recipe.trained(model).targets(), illustrations);
    }

    /** The files that the run reads, for its provenance. */
    List<Path> inputs() {
        return sources.files(prior);
    }

    private void closeModels() {
        texts.close();
        latents.close();
        denoiser.close();
    }

    @Override
    public void close() {
        heldBack.close();
        closeModels();
        sources.close();
    }
}
