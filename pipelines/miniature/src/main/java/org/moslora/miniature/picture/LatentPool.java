package org.moslora.miniature.picture;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.moslora.console.progress.Progress;
import org.moslora.datasets.miniature.language.SceneCaptions;
import org.moslora.datasets.miniature.paint.Frame;
import org.moslora.datasets.miniature.paint.ScenePainter;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Style;
import org.moslora.diffusion.autoencoder.Autoencoder;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.Moments;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Workers;
import org.moslora.miniature.ScenePixels;

/**
 * Scenes as latents, captions and frames: painted and encoded once, drawn from again and again.
 *
 * @param <T> a caption as the model that learns is given it
 */
final class LatentPool<T> {
    private static final int AT_ONCE = 32;

    private final List<float[]> latents = new ArrayList<>();
    private final List<T> captions = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private final T empty;
    private final long[] shape;

    /**
     * Some of the pool side by side.
     *
     * @param latents [B, channels, h, w]
     * @param captions of each
     * @param weights [B, h, w], 1 but around the thing
     */
    record Drawn<T>(NDArray latents, List<T> captions, NDArray weights) {}

    private LatentPool(T empty, AutoencoderConfig config, int side) {
        this.empty = empty;
        int small = side / config.factor();
        this.shape = new long[] {config.latentChannels(), small, small};
    }

    /**
     * Paints and encodes, on every worker at once.
     *
     * @param reads captions
     */
    static <T> LatentPool<T> fill(
            ImageModelFiles files,
            Function<String, T> reads,
            Workers workers,
            Scenes scenes,
            int count,
            int side,
            boolean quiet) {
        LatentPool<T> pool = new LatentPool<>(reads.apply(""), files.autoencoder(), side);
        ScenePainter painter = new ScenePainter(side);
        List<Autoencoder> encoders = new ArrayList<>();
        for (int i = 0; i < workers.count(); i++) {
            encoders.add(files.buildAutoencoder(Compute.cpu()));
        }
        try (Progress progress = Progress.start("encoding", count, quiet)) {
            for (int from = 0; from < count; from += AT_ONCE * encoders.size()) {
                List<Supplier<List<float[]>>> parts = new ArrayList<>();
                for (int i = 0; i < encoders.size(); i++) {
                    Autoencoder encoder = encoders.get(i);
                    int first = Math.min(count, from + i * AT_ONCE);
                    int last = Math.min(count, first + AT_ONCE);
                    parts.add(() -> encoded(encoder, painter, scenes, first, last));
                }
                workers.run(parts).forEach(pool.latents::addAll);
                progress.step(pool.latents.size(), "");
            }
        } finally {
            encoders.forEach(Autoencoder::close);
        }
        for (int i = 0; i < count; i++) {
            Scene scene = scenes.portrait(i);
            String caption = SceneCaptions.of(scene, scenes.speech(Style.PORTRAIT, i));
            pool.captions.add(reads.apply(caption));
            pool.frames.add(painter.frame(scene));
        }
        return pool;
    }

    private static List<float[]> encoded(
            Autoencoder encoder, ScenePainter painter, Scenes scenes, int first, int last) {
        List<float[]> made = new ArrayList<>();
        for (int i = first; i < last; i++) {
            float[] pixels = ScenePixels.of(painter.paint(scenes.portrait(i)), -1, 1);
            try (Arena step = encoder.step()) {
                Moments moments = encoder.encode(step, ScenePixels.batch(step, List.of(pixels)));
                made.add(encoder.latents(step, moments, null).toFloatArray());
            }
        }
        return made;
    }

    /** Shape of one scene's latents: [channels, h, w]. */
    long[] shape() {
        return shape.clone();
    }

    /**
     * Draws scenes.
     *
     * @param random says which, and whose caption is left empty
     * @param share of captions that are
     * @param thing weight around the thing
     */
    Drawn<T> draw(Arena arena, SplittableRandom random, int count, double share, double thing) {
        List<float[]> chosen = new ArrayList<>();
        List<T> texts = new ArrayList<>();
        float[] weights = new float[count * (int) (shape[1] * shape[2])];
        for (int i = 0; i < count; i++) {
            int at = random.nextInt(latents.size());
            chosen.add(latents.get(at));
            texts.add(random.nextDouble() < share ? empty : captions.get(at));
            weigh(weights, i, frames.get(at), (float) thing);
        }
        return new Drawn<>(
                ScenePixels.batch(arena, chosen, shape), texts, arena.floats(weights, count, shape[1], shape[2]));
    }

    private void weigh(float[] weights, int index, Frame frame, float thing) {
        int height = (int) shape[1];
        int width = (int) shape[2];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean inside = frame.holds((x + 0.5) / width, (y + 0.5) / height);
                weights[(index * height + y) * width + x] = inside ? thing : 1;
            }
        }
    }

    /** Splits of the world that pictures are learnt from and examined on. */
    static Scenes scenes(long seed, Split split) {
        return new Scenes(seed, split, Cast.KNOWN);
    }
}
