package org.moslora.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.examples.image.Picture;

class GridTest {
    private static Picture plain(int width, int height, int gray) {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) gray);
        return new Picture(width, height, rgb);
    }

    private static int at(Picture picture, int x, int y) {
        return picture.rgb()[3 * (y * picture.width() + x)] & 0xff;
    }

    @Test
    void picturesStandInRowsAndColumns() {
        Picture grid = Grid.of(List.of(plain(8, 6, 10), plain(4, 6, 20), plain(8, 6, 30)), 2);
        assertThat(List.of(grid.width(), grid.height())).containsExactly(16, 12);
        assertThat(at(grid, 7, 5)).isEqualTo(10);
        assertThat(at(grid, 8, 0)).isEqualTo(20);
        assertThat(at(grid, 12, 0)).isEqualTo(255);
        assertThat(at(grid, 0, 6)).isEqualTo(30);
        assertThat(at(grid, 8, 6)).isEqualTo(255);
        assertThat(Grid.of(List.of(plain(8, 6, 10)), 5).width()).isEqualTo(8);
        assertThat(Grid.columnsFor(10)).isEqualTo(4);
        assertThat(Grid.columnsFor(9)).isEqualTo(3);
        assertThatThrownBy(() -> Grid.of(List.of(), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void labelsStandAbove() {
        List<Picture> pictures = List.of(plain(64, 16, 10), plain(64, 16, 20));
        Picture grid = Grid.labelled(pictures, 1, List.of("cat", "a label that is far too long for its picture"));
        assertThat(grid.height()).isEqualTo(2 * (16 + 24));
        assertThat(at(grid, 63, 24)).isEqualTo(10);
        int dark = 0;
        for (int y = 0; y < 24; y++) {
            for (int x = 0; x < 64; x++) {
                dark += at(grid, x, y) < 128 ? 1 : 0;
            }
        }
        assertThat(dark).isPositive();
        assertThatThrownBy(() -> Grid.labelled(pictures, 1, List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
