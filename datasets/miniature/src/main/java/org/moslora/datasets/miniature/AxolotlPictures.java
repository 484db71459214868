package org.moslora.datasets.miniature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.moslora.datasets.miniature.language.SceneCaptions;
import org.moslora.datasets.miniature.paint.ScenePainter;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.datasets.miniature.world.Cell;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Pattern;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Style;
import org.moslora.datasets.miniature.world.Thing;
import org.moslora.datasets.miniature.world.ThingKind;
import org.moslora.datasets.miniature.world.ThingSize;

/** Five pictures of one axolotl, to personalise an image generator with: the same in every data set. */
public final class AxolotlPictures {
    /** How the creature is called in the captions. */
    public static final String NAME = "a sks animal";

    /** Where it is seen; snow, beach and night are left for prompts. */
    static final List<Background> BACKGROUNDS =
            List.of(Background.MEADOW, Background.FOREST, Background.CITY, Background.DESERT, Background.SEA);

    static final int COUNT = 5;

    private AxolotlPictures() {}

    /** The creature in a background. */
    @SuppressWarnings("EnumOrdinal") // only to look different in each
    public static Scene scene(Background background) {
        Thing thing = new Thing(ThingKind.AXOLOTL, Hue.PINK, Pattern.PLAIN, ThingSize.BIG, null, Cell.MIDDLE);
        return new Scene(Style.PORTRAIT, background, List.of(thing), background.ordinal());
    }

    /** Where {@link WorldFolder} has put the pictures in a data set's {@code subject} folder. */
    public static List<Path> files(Path folder) {
        return BACKGROUNDS.stream()
                .map(background -> folder.resolve(background.word() + ".png"))
                .toList();
    }

    static void write(Path folder, Runnable painted) throws IOException {
        Path images = Files.createDirectories(folder.resolve("subject"));
        ScenePainter painter = new ScenePainter(Portraits.SIDE);
        for (Background background : BACKGROUNDS) {
            String caption = SceneCaptions.subject(NAME, background);
            Portraits.save(images, background.word(), painter.png(scene(background)), caption);
            painted.run();
        }
    }
}
