package org.moslora.miniature.vision;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.clip.ClipConfig;
import org.moslora.clip.ClipNames;
import org.moslora.clip.ClipPictures;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.diffusion.text.TextEncoder;
import org.moslora.diffusion.text.TextPass;
import org.moslora.diffusion.text.TextRequest;
import org.moslora.examples.clip.ClipTokenizer;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.miniature.Stage;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** Both halves of a CLIP, trained whole: captions are told apart by pictures, and every patch says what is in it. */
final class VisionStage implements Stage {
    private static final String TEXT = "text_half.";
    private static final TextRequest POOLED = new TextRequest(0, false, true);
    private static final int AT_ONCE = 64;

    private final VisionRecipe recipe;
    private final Path blank;
    private final WeightSource weights;
    private final Arena arena;
    private final ClipPictures pictures;
    private final TextEncoder text;
    private final ContrastiveHeads heads;
    private final TrainedAdapters trained;
    private final ClipTokenizer tokens;
    private final SceneBatches views;
    private final SceneBatches held;

    /** @param blank holds an untrained CLIP and an untrained LLaVA */
    VisionStage(VisionRecipe recipe, Path blank) {
        this.recipe = recipe;
        this.blank = blank;
        long seed = recipe.training().seed();
        Compute compute = Compute.cpu();
        ClipConfig config = ClipConfig.read(blank.resolve("clip"));
        this.weights = SafetensorsFile.open(blank.resolve("clip/model.safetensors"));
        AdapterPlan plan = new AdapterPlan()
                .train("vision", ClipNames.VISION)
                .train("projection", ClipNames.PROJECTION)
                .train("temperature", ClipNames.TEMPERATURE)
                .train("text", TEXT)
                .train("names", ContrastiveHeads.NAMES);
        ModelBuilder builder = ModelBuilder.open("", weights, plan, compute);
        this.arena = builder.arena();
        this.pictures = new ClipPictures(builder, config.vision());
        this.heads = new ContrastiveHeads(builder, config.vision().hidden(), seed);
        this.text = new TextEncoder(TEXT, config.text(), weights, plan, compute);
        this.trained = plan.build(arena, compute, seed);
        this.tokens = ClipTokenizer.open(blank.resolve("clip"));
        this.views = new SceneBatches(seed, Split.TRAIN, tokens, config.vision().imageSize());
        this.held =
                new SceneBatches(seed, Split.VALIDATION, tokens, config.vision().imageSize());
    }

    @Override
    public TrainedAdapters trained() {
        return trained;
    }

    @Override
    public Arena arena() {
        return arena;
    }

    @Override
    public double learn(int step) {
        int count = recipe.training().batchSize();
        try (Arena own = arena.child()) {
            SceneBatches.Batch batch = views.batch(own, (step - 1) * count, count);
            ClipPictures.Pass seen = pictures.forward(own, batch.pixels(), Tape.of(Long.MAX_VALUE));
            TextPass read = text.forward(own, batch.captions(), POOLED, Long.MAX_VALUE, 0);
            NDArray[] told = heads.contrast(own, seen.pictures(), pooled(read), recipe.contrast());
            NDArray[] named = heads.named(own, seen.inner(), batch.answers(), 1);
            pictures.backward(own, seen, named[3], told[2]);
            NDArray unasked = Kernels.get().one(own, "scaled", read.states(), 0.0);
            text.backward(own, read, unasked, told[3]);
            return recipe.contrast() * told[0].getFloat() + named[0].getFloat();
        }
    }

    private static NDArray pooled(TextPass read) {
        return Objects.requireNonNull(read.pooled());
    }

    /** Shares of right answers on scenes of another split. */
    @Override
    public Map<String, Double> examine() {
        double captions = 0;
        float[] hits = new float[PatchLabels.SIZES.size()];
        float[] counts = new float[hits.length];
        for (int first = 0; first < recipe.examined(); first += AT_ONCE) {
            try (Arena own = arena.child()) {
                SceneBatches.Batch batch = held.batch(own, first, Math.min(AT_ONCE, recipe.examined() - first));
                ClipPictures.Pass seen = pictures.forward(own, batch.pixels(), Tape.none());
                TextPass read = text.encode(own, batch.captions(), POOLED);
                captions += heads.contrast(own, seen.pictures(), pooled(read), 0)[1].getFloat();
                NDArray[] named = heads.named(own, seen.inner(), batch.answers(), 0);
                add(hits, named[1].toFloatArray());
                add(counts, named[2].toFloatArray());
            }
        }
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("captions", captions / recipe.examined());
        for (int i = 0; i < hits.length; i++) {
            scores.put(PatchLabels.NAMES.get(i), (double) hits[i] / counts[i]);
        }
        return scores;
    }

    private static void add(float[] into, float[] values) {
        for (int i = 0; i < into.length; i++) {
            into[i] += values[i];
        }
    }

    @Override
    public void write(Path folder) throws IOException {
        try (Arena own = arena.child()) {
            NDArray inner = pictures.forward(
                            own, held.batch(own, 0, recipe.examined()).pixels(), Tape.none())
                    .inner();
            VisionOutput written = new VisionOutput(own, trained.whole(), TEXT);
            written.clip(blank.resolve("clip"), Files.createDirectories(folder.resolve("clip")));
            written.llava(blank.resolve("llava"), Files.createDirectories(folder.resolve("llava")), inner);
        }
    }

    @Override
    public void close() {
        tokens.close();
        text.close();
        arena.close();
        weights.close();
    }
}
