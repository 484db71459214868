package org.moslora.miniature.vision;

import java.util.Arrays;
import java.util.List;
import org.moslora.datasets.miniature.paint.Frame;
import org.moslora.datasets.miniature.world.Accessory;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Pattern;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Style;
import org.moslora.datasets.miniature.world.Thing;
import org.moslora.datasets.miniature.world.ThingKind;
import org.moslora.datasets.miniature.world.ThingSize;

/** What is to be said of every patch of pictures: what the thing in it is, where the picture is, where the patch is. */
@SuppressWarnings("EnumOrdinal") // the heads are thrown away after training
final class PatchLabels {
    /** Patches on a side. */
    static final int SIDE = 6;

    /** How many answers each question has: kind, colour, size, what is worn, what is on the coat, background, row, column. */
    static final List<Integer> SIZES = List.of(
            ThingKind.known().size(),
            Hue.values().length,
            ThingSize.values().length,
            Accessory.values().length + 1,
            Pattern.values().length,
            Background.values().length,
            SIDE,
            SIDE);

    /** What they are called where scores are told. */
    static final List<String> NAMES = List.of("kind", "colour", "size", "worn", "coat", "background", "row", "column");

    private static final int THING = 5;
    /** The class token and the patches. */
    static final int ROWS = SIDE * SIDE + 1;

    private final long[][] answers;

    private PatchLabels(int scenes) {
        this.answers = new long[SIZES.size()][scenes * ROWS];
        for (long[] row : answers) {
            Arrays.fill(row, -1);
        }
    }

    /** [questions · scenes · rows of a picture], -1 where nothing is asked. */
    static long[] of(List<Scene> scenes, List<Frame> frames) {
        PatchLabels labels = new PatchLabels(scenes.size());
        for (int i = 0; i < scenes.size(); i++) {
            labels.add(i, scenes.get(i), frames.get(i));
        }
        return Arrays.stream(labels.answers).flatMapToLong(Arrays::stream).toArray();
    }

    private void add(int index, Scene scene, Frame frame) {
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int at = index * ROWS + 1 + y * SIDE + x;
                answers[THING][at] = scene.background().ordinal();
                answers[THING + 1][at] = y;
                answers[THING + 2][at] = x;
                for (Thing thing : scene.things()) {
                    if (covers(scene, thing, frame, x, y)) {
                        add(at, thing);
                    }
                }
            }
        }
    }

    private void add(int at, Thing thing) {
        answers[0][at] = ThingKind.known().indexOf(thing.kind());
        answers[1][at] = thing.hue().ordinal();
        answers[2][at] = thing.size().ordinal();
        answers[3][at] = thing.worn() == null ? 0 : thing.worn().accessory().ordinal() + 1;
        answers[4][at] = thing.kind().hasCoat() ? thing.pattern().ordinal() : -1;
    }

    private static boolean covers(Scene scene, Thing thing, Frame frame, int x, int y) {
        if (scene.style() == Style.PORTRAIT) {
            return frame.holds((x + 0.5) / SIDE, (y + 0.5) / SIDE);
        }
        return thing.cell().holds(x, y, SIDE);
    }
}
