package org.moslora.dreambooth;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.TrainableDenoiser;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.layers.quantised.QuantisedCopies;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.FolderTree;
import org.moslora.training.BestResult;
import org.moslora.training.CheckpointProgress;
import org.moslora.training.Checkpoints;
import org.moslora.training.Ema;
import org.moslora.training.Optimizer;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.training.RunResult;
import org.moslora.training.TrainingListener;
import org.moslora.training.recipe.TrainedComponents;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.team.Team;

/**
 * All that the training loop works with, made and checked before its first step: models, adapters, pictures as latents,
 * texts as states.
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
    final TrainingNoise noise;
    final PromptEmbeddings texts;
    final Latents latents;
    final Checkpoints checkpoints;
    private final Sources sources;
    final HeldBackLoss heldBack;
    private final TrainingMaterial material;
    private final @Nullable Path scratch;
    private List<Illustration> illustrations = List.of();

    private DreamBoothParts(Bound<DreamBoothRecipe> bound, Sources sources, RunRequest request) {
        Team team = request.team();
        TrainingListener listener = request.listener();
        this.recipe = bound.recipe();
        this.resolved = bound.yaml();
        this.sources = sources;
        this.model = sources.model();
        this.run = new RunFolder(recipe.output());
        TrainingBlock training = recipe.training();
        Compute compute = training.compute(Engine.device(team.device(recipe.device())));
        TrainedComponents trained = recipe.trained(model);
        this.steps = training.steps(sources.subjects().stepsPerRound());
        AdapterPlan adapterPlan = trained.plan().over(steps);
        this.objective = recipe.loss().objective(model.traits());
        model.files()
                .replaceDenoiser(plain -> QuantisedCopies.over(
                        plain, model.files().denoiserLinears(), training.quantize(), listener::tell));
        boolean textsLearn = recipe.textEncoder() != null;
        Linears seen = textsLearn ? adapterPlan : Linears.plain();
        this.scratch = team.writes() ? null : scratch();
        EncodedCache cache = new EncodedCache(scratch == null ? run.cache() : scratch, listener::tell);
        this.material = TrainingMaterial.of(recipe, sources, seen, compute, steps, cache, request);
        this.texts = material.texts();
        this.latents = material.latents();
        this.plan = material.plan();
        this.denoiser = model.denoiser(adapterPlan, compute);
        try {
            if (textsLearn) {
                texts.load();
            }
            this.adapters = adapterPlan.build(denoiser.arena(), compute, training.seed());
            trained.starts().load(adapters, denoiser.arena(), compute).forEach(listener::tell);
            this.optimizer = training.optimizer(adapters.parameters(), trained.rates(), denoiser.arena());
            double decay = recipe.ema().decay();
            this.ema = decay > 0 ? new Ema(adapters.parameters(), decay, denoiser.arena()) : null;
            this.noise = new TrainingNoise(model.traits().space(), objective);
            this.heldBack = new HeldBackLoss(this, material.heldBack());
        } catch (InvalidInput invalid) {
            closeModels();
            throw invalid;
        }
        this.checkpoints = new Checkpoints(run.checkpoints(), training.keepCheckpoints());
        listener.tell(begun());
    }

    /**
     * Makes everything. The recipe stands in the run's folder before anything is encoded, so that whatever cuts this off,
     * the run can be resumed; nothing is left of a run whose input is wrong.
     *
     * @throws InvalidInput with all that is wrong with model and pictures together
     */
    static DreamBoothParts of(Bound<DreamBoothRecipe> bound, RunRequest request) {
        Sources sources = Sources.open(bound.recipe(), request.listener()::tell);
        RunFolder run = new RunFolder(bound.recipe().output());
        boolean fresh = request.team().writes() && !Files.exists(run.recipe());
        try {
            if (fresh) {
                run.create();
                DurableFiles.writeString(run.recipe(), bound.yaml());
            }
            return new DreamBoothParts(bound, sources, request);
        } catch (InvalidInput invalid) {
            sources.close();
            if (fresh) {
                run.forgetBeginning();
            }
            throw invalid;
        }
    }

    /** Where what the encoders make lies of a member of a team that writes no run folder. */
    private static Path scratch() {
        try {
            return Files.createTempDirectory("moslora-encoded");
        } catch (IOException full) {
            throw new UncheckedIOException("nothing can be kept of what is encoded: " + full.getMessage(), full);
        }
    }

    private String begun() {
        Subject prior = material.prior();
        return String.format(
                Locale.ROOT,
                "training %,d parameters%s, %d pictures of the subject%s",
                adapters.parameters().size(),
                recipe.adapter().isFull() ? ", every one of their components" : " on " + adapters.layers() + " layers",
                sources.subjects().pictures(),
                prior == null ? "" : " and " + prior.pictures().pictures().size() + " of its class");
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
    Path checkpoint(int step, boolean interim, BestResult best, int workers) {
        long draws = (long) step * recipe.training().gradientAccumulation();
        CheckpointProgress progress =
                CheckpointProgress.at(step, interim).by(workers).drawn(draws).validated(best.loss());
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
        return sources.files(material.prior());
    }

    private void closeModels() {
        material.close();
        denoiser.close();
        if (scratch != null) {
            FolderTree.deleteQuietly(scratch);
        }
    }

    @Override
    public void close() {
        closeModels();
        sources.close();
    }
}
