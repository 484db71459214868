package org.moslora.miniature.words;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.datasets.miniature.tokens.LanguageTokens;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaFolder;
import org.moslora.llava.LlavaNames;
import org.moslora.llava.Projector;
import org.moslora.miniature.LlavaCopy;
import org.moslora.miniature.SceneRenderer;
import org.moslora.miniature.Stage;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.multimodal.MultimodalModel;

/** The projector and the table of words, trained so that what is projected of a patch lies near its words. */
final class WordStage implements Stage {
    private static final int AT_ONCE = 64;

    private final WordRecipe recipe;
    private final MultimodalFolder<LlavaConfig> files;
    private final MultimodalModel model;
    private final Projector projector;
    private final Linear table;
    private final TrainedAdapters trained;
    private final SceneRenderer easel;
    private final PatchWords words = new PatchWords(new LanguageTokens());

    WordStage(WordRecipe recipe) {
        this.recipe = recipe;
        this.files = LlavaFolder.open(recipe.model());
        Compute compute = Compute.cpu();
        this.model = files.build(Linears.plain(), compute);
        Arena arena = model.arena();
        AdapterPlan plan =
                new AdapterPlan().train("projector", LlavaNames.PROJECTOR).train("words", LlavaNames.TEXT.table());
        ModelBuilder builder = new ModelBuilder("", files.weights(), plan, arena, compute);
        this.projector = new Projector(builder, files.config());
        this.table = builder.embedding(LlavaNames.TEXT.table());
        this.trained = plan.build(arena, compute, recipe.training().seed());
        this.easel = new SceneRenderer(files.config().vision().imageSize());
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
        return loss(Split.TRAIN, (step - 1) * count, count, true);
    }

    private double loss(Split split, int from, int count, boolean learns) {
        Scenes scenes = new Scenes(recipe.training().seed(), split, Cast.KNOWN);
        List<Scene> some = IntStream.range(from, from + count)
                .mapToObj(i -> scenes.grid(i, 0))
                .toList();
        try (Arena arena = model.step()) {
            NDArray features = model.features(arena, easel.inputs(some));
            NDArray[] made = projector.forward(arena, features, 0);
            NDArray[] loss = Kernels.get()
                    .call(arena, "worded", made[0], table.weight(), gradient(arena, learns), words(arena, some), 1.0);
            if (learns) {
                List<NDArray> saved = Arrays.asList(made).subList(1, made.length);
                projector.backward(arena, loss[1], features, saved, 0, false);
            }
            return loss[0].getFloat();
        }
    }

    private NDArray gradient(Arena arena, boolean learns) {
        NDArray gradient = table.weightGradient();
        return learns && gradient != null ? gradient : arena.none();
    }

    private NDArray words(Arena arena, List<Scene> scenes) {
        long[] all = words.of(scenes);
        return Kernels.get()
                .one(arena, "window", arena.longs(all), 0, new long[] {PatchWords.MOST, all.length / PatchWords.MOST});
    }

    @Override
    public Map<String, Double> examine() {
        double sum = 0;
        for (int from = 0; from < recipe.examined(); from += AT_ONCE) {
            int count = Math.min(AT_ONCE, recipe.examined() - from);
            sum += count * loss(Split.VALIDATION, from, count, false);
        }
        return Map.of("validation loss", sum / recipe.examined());
    }

    @Override
    public void write(Path folder) throws IOException {
        try (Arena arena = model.step()) {
            LlavaCopy.write(arena, recipe.model(), folder, trained.whole());
        }
    }

    @Override
    public void close() {
        model.close();
        files.close();
    }
}
