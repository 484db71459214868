package org.moslora.miniature.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.datasets.miniature.paint.Frame;
import org.moslora.datasets.miniature.paint.ScenePainter;
import org.moslora.datasets.miniature.world.Accessory;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.datasets.miniature.world.Cell;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Pattern;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Style;
import org.moslora.datasets.miniature.world.Thing;
import org.moslora.datasets.miniature.world.ThingKind;
import org.moslora.datasets.miniature.world.ThingSize;
import org.moslora.datasets.miniature.world.Worn;

@SuppressWarnings("EnumOrdinal") // as the labels are
class PatchLabelsTest {
    @Test
    void aThingOnAGridIsNamedInItsCellOnly() {
        Thing fish = new Thing(
                ThingKind.FISH,
                Hue.GREEN,
                Pattern.SPOTS,
                ThingSize.BIG,
                new Worn(Accessory.HAT, Hue.RED),
                Cell.BOTTOM_LEFT);
        Scene scene = new Scene(Style.GRID, Background.SEA, List.of(fish), 0);
        long[] labels = PatchLabels.of(List.of(scene), List.of(new Frame(0, 0, 1, 1)));
        long[] inside = at(labels, 1 + 4 * PatchLabels.SIDE + 1);
        assertThat(inside)
                .containsExactly(
                        ThingKind.known().indexOf(ThingKind.FISH),
                        Hue.GREEN.ordinal(),
                        ThingSize.BIG.ordinal(),
                        Accessory.HAT.ordinal() + 1,
                        Pattern.SPOTS.ordinal(),
                        Background.SEA.ordinal(),
                        4,
                        1);
        assertThat(at(labels, 1 + 5)).containsExactly(-1, -1, -1, -1, -1, Background.SEA.ordinal(), 0, 5);
    }

    @Test
    void theClassTokenIsAskedNothing() {
        Thing cat = new Thing(ThingKind.CAT, Hue.RED, Pattern.PLAIN, ThingSize.BIG, null, Cell.MIDDLE);
        Scene scene = new Scene(Style.PORTRAIT, Background.CITY, List.of(cat), 0);
        long[] labels = PatchLabels.of(List.of(scene), List.of(new ScenePainter(64).frame(scene)));
        assertThat(at(labels, 0)).containsOnly(-1);
        // The middle of a portrait is the thing, its corner is not.
        assertThat(at(labels, 1 + 3 * PatchLabels.SIDE + 3)[0])
                .isEqualTo(ThingKind.known().indexOf(ThingKind.CAT));
        assertThat(at(labels, 1)[0]).isEqualTo(-1);
    }

    private static long[] at(long[] labels, int row) {
        long[] one = new long[PatchLabels.SIZES.size()];
        for (int i = 0; i < one.length; i++) {
            one[i] = labels[i * PatchLabels.ROWS + row];
        }
        return one;
    }
}
