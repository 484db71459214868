package org.moslora.llava.tiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.image.UprightSize;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** How pictures of any size are cut into tiles and how many tokens that makes, against transformers 5.24.0. */
class TileGridTest {
    private static final List<UprightSize> NEXT = List.of(
            new UprightSize(336, 672),
            new UprightSize(672, 336),
            new UprightSize(672, 672),
            new UprightSize(1008, 336),
            new UprightSize(336, 1008));
    private static final int[] HEIGHTS = {1, 2, 17, 100, 335, 336, 337, 500, 671, 672, 673, 1000, 1333, 2000, 4000};
    private static final int[] WIDTHS = {1, 3, 50, 224, 335, 336, 337, 640, 672, 700, 1008, 1500, 3333};

    private static TileGrid next() {
        return new TileGrid(336, 24, NEXT, 0);
    }

    private static TileGrid onevision(int most) {
        return new TileGrid(384, 27, Resolutions.upTo(6, 384), most);
    }

    /**
     * CRC-32 of the lines {@code height width, best height and width, tokens} of 195 sizes, from select_best_resolution and
     * _get_number_of_features of the models' processors, without the class token that strategy default leaves out.
     */
    @ParameterizedTest
    @CsvSource({"0, 38d48cc1", "9, aacb885e", "4, 4d7d3118"})
    void resolutionsAndTokensAreThoseOfTheProcessors(int most, String sum) {
        TileGrid grid = most == 0 ? next() : onevision(most);
        List<String> lines = new ArrayList<>();
        for (int height : HEIGHTS) {
            for (int width : WIDTHS) {
                UprightSize size = new UprightSize(height, width);
                UprightSize best = grid.best(size);
                lines.add(height + " " + width + " " + best.height() + " " + best.width() + " " + grid.tokens(size));
            }
        }
        CRC32 crc = new CRC32();
        crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        assertThat(crc.getValue()).isEqualTo(Long.parseLong(sum, 16));
    }

    @ParameterizedTest
    @CsvSource({"17, 3, 336, 672, 696", "17, 50, 336, 672, 1360", "17, 336, 336, 672, 674"})
    void smallPicturesAreCutAsTheProcessorCutsThem(int height, int width, int down, int across, int tokens) {
        UprightSize size = new UprightSize(height, width);
        assertThat(next().best(size)).isEqualTo(new UprightSize(down, across));
        assertThat(next().tokens(size)).isEqualTo(tokens);
    }

    /** A picture keeps its proportions inside its frame and touches two of its sides. */
    @Test
    void aPictureFillsItsFrameInOneDirection() {
        for (int height : HEIGHTS) {
            for (int width : WIDTHS) {
                UprightSize size = new UprightSize(height, width);
                UprightSize frame = next().best(size);
                UprightSize inside = TileGrid.inside(size, frame);
                assertThat(inside.height()).isBetween(1, frame.height());
                assertThat(inside.width()).isBetween(1, frame.width());
                assertThat(inside.height() == frame.height() || inside.width() == frame.width())
                        .as("%d x %d in %s", height, width, frame)
                        .isTrue();
            }
        }
    }

    /** What people are told is the most: also of pictures that leave a frame open and so just miss being reduced. */
    @Test
    void noPictureTakesMoreThanIsSaid() {
        for (TileGrid grid : List.of(next(), onevision(9), onevision(4))) {
            int most = grid.mostTokens();
            for (int height : HEIGHTS) {
                for (int width : WIDTHS) {
                    UprightSize size = new UprightSize(height, width);
                    TileGrid.Map map = grid.map(size);
                    assertThat(grid.tokens(size)).isLessThanOrEqualTo(most);
                    assertThat(map.outRows()).isBetween(0, map.rows());
                    assertThat(map.outWidth()).isBetween(0, map.width());
                }
            }
        }
        assertThat(onevision(9).mostTokens())
                .isGreaterThanOrEqualTo(onevision(9).tokens(new UprightSize(1361, 1131)))
                .isLessThanOrEqualTo(729 + 162 + (int) (1.1 * 1.1 * 9 * 729));
        assertThat(next().mostTokens()).isEqualTo(next().tokens(new UprightSize(672, 672)));
    }

    @Test
    void tilesAreThoseOfTheFrameAndTheWhole() {
        assertThat(next().tiles(new UprightSize(672, 672))).isEqualTo(5);
        assertThat(next().tiles(new UprightSize(336, 1008))).isEqualTo(4);
        assertThat(onevision(9).tiles(new UprightSize(2304, 2304))).isEqualTo(37);
        assertThat(onevision(9).wholeTokens()).isEqualTo(730);
    }

    @Test
    void resolutionsAreReadInTheirOrder() {
        assertThat(resolutions("[[8, 16], [16, 8]]", new Problems()))
                .containsExactly(new UprightSize(8, 16), new UprightSize(16, 8));
        assertThat(Resolutions.upTo(2, 8))
                .containsExactly(
                        new UprightSize(8, 8), new UprightSize(8, 16), new UprightSize(16, 8), new UprightSize(16, 16));
        Problems problems = new Problems();
        assertThat(Resolutions.read(ConfigSection.parse("config.json", "{}", problems), 8, NEXT))
                .isEqualTo(NEXT);
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[[8, 12]]",
                "[[0, 8]]",
                "[[-8, 8]]",
                "[8, 16]",
                "[[8]]",
                "\"(1x1),...,(6x6)\"",
                "[[8, \"a\"]]"
            })
    void whatIsNoListOfMultiplesOfATileIsRefused(String given) {
        Problems problems = new Problems();
        assertThat(resolutions(given, problems)).isEqualTo(NEXT);
        assertThat(problems.found())
                .singleElement()
                .extracting(Problem::toString)
                .satisfies(text -> assertThat(text)
                        .contains("config.json", "image_grid_pinpoints", "8 pixels", given.replace(" ", "")));
    }

    private static List<UprightSize> resolutions(String given, Problems problems) {
        return Resolutions.read(
                ConfigSection.parse("config.json", "{\"image_grid_pinpoints\": " + given + "}", problems), 8, NEXT);
    }
}
