package org.moslora.datasets.miniature;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.moslora.datasets.miniature.language.SceneCaptions;
import org.moslora.datasets.miniature.paint.ScenePainter;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Style;

/** Pictures of one big thing each with their captions beside them, in a folder for each split. */
final class Portraits {
    /** Pictures' sides. */
    static final int SIDE = 64;

    private Portraits() {}

    static void write(Path folder, long seed, Split split, int count, Runnable painted) throws IOException {
        Path images = Files.createDirectories(folder.resolve("portraits").resolve(split.word()));
        ScenePainter painter = new ScenePainter(SIDE);
        Scenes scenes = new Scenes(seed, split, Cast.KNOWN);
        IntStream.range(0, count).parallel().forEach(i -> {
            Scene scene = scenes.portrait(i);
            String name = String.format(Locale.ROOT, "%06d", i);
            save(images, name, painter.png(scene), SceneCaptions.of(scene, scenes.speech(Style.PORTRAIT, i)));
            painted.run();
        });
    }

    /** Writes a picture and its caption. */
    static void save(Path folder, String name, byte[] png, String caption) {
        try {
            Files.write(folder.resolve(name + ".png"), png);
            Files.writeString(folder.resolve(name + ".txt"), caption + "\n");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
