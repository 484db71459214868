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
import org.moslora.layers.LinearStack;
import org.moslora.layers.Linears;
import org.moslora.llava.Llava;
import org.moslora.llava.LlavaFolder;
import org.moslora.llava.LlavaNames;
import org.moslora.miniature.Easel;
import org.moslora.miniature.LlavaCopy;
import org.moslora.miniature.Stage;

/** The projector and the table of words, trained so that what is projected of a patch lies near its words. */
final class WordStage implements Stage {
    private static final int AT_ONCE = 64;
    private static final String TABLE = LlavaNames.TEXT.table();

    private final WordRecipe recipe;
    private final LlavaFolder files;
    private final Llava model;
    private final TrainedAdapters trained;
    private final Linear first;
    private final Linear second;
    private final Linear table;
    private final Easel easel;
    private final PatchWords words = new PatchWords(new LanguageTokens());

    WordStage(WordRecipe recipe) {
        this.recipe = recipe;
        this.files = LlavaFolder.open(recipe.model());
        Linear[] found = new Linear[3];
        AdapterPlan plan =
                new AdapterPlan().train("projector", LlavaNames.PROJECTOR).train("words", TABLE);
        Linears seam = linear -> {
            String path = linear.site().path();
            int at = List.of(LlavaNames.PROJECTOR + "linear_1", LlavaNames.PROJECTOR + "linear_2", TABLE)
                    .indexOf(path);
            if (at >= 0) {
                found[at] = linear;
                plan.made(linear);
            }
        };
        this.model = files.build(seam, Compute.cpu());
        this.first = found[0];
        this.second = found[1];
        this.table = found[2];
        this.trained =
                plan.build(model.arena(), Compute.cpu(), recipe.training().seed());
        this.easel = new Easel(files.config().vision().imageSize());
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
    public Map<String, Double> rates() {
        double rate = recipe.training().learningRate();
        return Map.of("projector", rate, "words", rate);
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
        String activation = files.config().projectorActivation();
        try (Arena arena = model.step();
                LinearStack projector = LinearStack.of(List.of(), List.of(first, second), arena.none())) {
            NDArray features = model.features(arena, easel.pixels(some));
            NDArray[] made = Kernels.get()
                    .call(
                            arena,
                            "projector_forward",
                            features,
                            projector.weights(),
                            projector.adapters(),
                            activation,
                            0.0,
                            0);
            NDArray[] loss = Kernels.get()
                    .call(arena, "worded", made[0], table.weight(), gradient(arena, learns), words(arena, some), 1.0);
            if (learns) {
                Kernels.get()
                        .call(
                                arena,
                                "projector_backward",
                                loss[1],
                                features,
                                Arrays.asList(made).subList(1, made.length),
                                projector.weights(),
                                projector.weightGradients(),
                                projector.adapters(),
                                projector.adapterGradients(),
                                activation,
                                0.0,
                                0,
                                false);
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
