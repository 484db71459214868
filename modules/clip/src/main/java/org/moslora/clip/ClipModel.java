package org.moslora.clip;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.moslora.diffusion.text.TextEncoder;
import org.moslora.diffusion.text.TextRequest;
import org.moslora.examples.clip.ClipTokenizer;
import org.moslora.examples.image.ClipPreprocessing;
import org.moslora.examples.image.ImageAspect;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.layers.Tape;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.pictures.judge.Embedding;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Binding;
import org.moslora.tensors.Expectation;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.KeyMap;

/** A CLIP, ready to judge. Used by one thread; owns its weights. */
public final class ClipModel implements Embedding, AutoCloseable {
    private static final TextRequest POOLED = new TextRequest(0, false, true);
    private static final int AT_ONCE = 16;

    private final WeightSource weights;
    private final Arena arena;
    private final ClipPictures pictures;
    private final TextEncoder texts;
    private final ClipTokenizer tokens;
    private final ClipPreprocessing preprocessing;

    private ClipModel(Path folder, ClipConfig config, WeightSource weights, Compute compute) {
        this.weights = weights;
        ModelBuilder builder = ModelBuilder.open("", weights, Linears.plain(), compute);
        this.arena = builder.arena();
        this.pictures = new ClipPictures(builder, config.vision());
        this.texts = new TextEncoder("", config.text(), weights, Linears.plain(), compute);
        this.tokens = ClipTokenizer.open(folder);
        this.preprocessing = ClipPreprocessing.read(folder);
    }

    /**
     * Opens a folder in transformers' layout.
     *
     * @throws InvalidInput with everything that is wrong with it
     */
    public static ClipModel open(Path folder, Compute compute) {
        ClipConfig config = ClipConfig.read(folder);
        WeightSource files = ModelFolder.open(folder);
        try {
            // Old files carry the positions' numbers beside their table.
            Set<String> optional = Set.of(
                    ClipNames.TEMPERATURE,
                    ClipNames.VISION + "embeddings.position_ids",
                    "text_model.embeddings.position_ids");
            Expectation expected = new Expectation("config.json", ClipNames.expected(config), optional);
            return new ClipModel(folder, config, Binding.bind(files, KeyMap.identity(), expected), compute);
        } catch (InvalidInput misfit) {
            files.close();
            throw misfit;
        }
    }

    @Override
    public List<float[]> pictures(List<Path> files) {
        List<float[]> all = new ArrayList<>();
        for (int from = 0; from < files.size(); from += AT_ONCE) {
            List<Path> some = files.subList(from, Math.min(files.size(), from + AT_ONCE));
            try (Arena step = arena.child()) {
                NDArray made =
                        pictures.forward(step, pixels(step, some), Tape.none()).pictures();
                all.addAll(rows(made, some.size()));
            }
        }
        return all;
    }

    @Override
    public List<float[]> texts(List<String> all) {
        List<float[]> made = new ArrayList<>();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<int[]> some = all.subList(from, Math.min(all.size(), from + AT_ONCE)).stream()
                    .map(text -> tokens.encode(text).ids())
                    .toList();
            try (Arena step = texts.step()) {
                NDArray pooled =
                        Objects.requireNonNull(texts.encode(step, some, POOLED).pooled());
                made.addAll(rows(pooled, some.size()));
            }
        }
        return made;
    }

    private NDArray pixels(Arena step, List<Path> files) {
        long side = pictures.config().imageSize();
        List<float[]> each = files.stream()
                .map(file -> preprocessing.pixels(file, ImageAspect.CROP))
                .toList();
        return step.stacked(each, files.size(), 3, side, side);
    }

    private static List<float[]> rows(NDArray matrix, int count) {
        float[] flat = matrix.toFloatArray();
        int width = flat.length / count;
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(Arrays.copyOfRange(flat, i * width, (i + 1) * width));
        }
        return rows;
    }

    @Override
    public void close() {
        tokens.close();
        texts.close();
        arena.close();
        weights.close();
    }
}
