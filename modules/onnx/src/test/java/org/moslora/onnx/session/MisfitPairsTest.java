package org.moslora.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.moslora.onnx.session.AdaptedGraph.COMPONENT;
import static org.moslora.onnx.session.AdaptedGraph.DOWN;
import static org.moslora.onnx.session.AdaptedGraph.UP;
import static org.moslora.onnx.session.AdaptedGraph.factor;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.PlainArray;
import org.moslora.problems.InvalidInput;

/** Pairs that a graph cannot compute with are refused by the file and the tensor, before anything runs, also beside others. */
final class MisfitPairsTest {
    private static final PlainArray DOWN_2 = PlainArray.random(3, 3, 2);
    private static final PlainArray UP_2 = PlainArray.random(4, 2, 4);

    @TempDir
    private Path folder;

    private AdaptedGraph graph;
    private Path right;

    @BeforeEach
    void open() {
        graph = AdaptedGraph.of(folder, Element.FLOAT, true);
        right = graph.adapter("right", DOWN_2, UP_2);
    }

    @AfterEach
    void close() {
        graph.close();
    }

    /** Refused alone, before and behind one that fits, which afterwards still answers as it did. */
    private void refused(Path wrong, String... words) {
        ScaledAdapter fits = new ScaledAdapter(right, 1);
        ScaledAdapter misfit = new ScaledAdapter(wrong, 0.5);
        double[] before = graph.answer(fits).values();
        for (ScaledAdapter[] given : new ScaledAdapter[][] {{misfit}, {misfit, fits}, {fits, misfit}}) {
            assertThatThrownBy(() -> graph.answer(given))
                    .as(Arrays.toString(given))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(wrong.toString())
                    .hasMessageContainingAll(words);
        }
        assertThat(graph.answer(fits).values()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 4, 6})
    void aWidthThatIsNotTheLayers(long width) {
        refused(graph.adapter("wide", PlainArray.random(1, width, 2), UP_2), DOWN, "[" + width + ", 2]", "[3, ?]");
    }

    @Test
    void anOutputThatIsNotTheLayers() {
        refused(graph.adapter("out", DOWN_2, PlainArray.random(1, 2, 3)), UP, "[2, 3]", "[?, 4]");
    }

    @Test
    void aFactorOfAConvolutionForALinear() {
        refused(graph.adapter("conv", PlainArray.random(1, 2, 3, 1, 1), UP_2), DOWN, "[2, 3, 1, 1]");
    }

    @Test
    void halvesOfDifferentRanks() {
        refused(graph.adapter("ranks", PlainArray.random(1, 3, 5), UP_2), DOWN, "rank 5", UP, "2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneHalfWithoutTheOther(boolean outer) {
        Path half = graph.adapter("half", COMPONENT, outer ? factor(UP, UP_2) : factor(DOWN, DOWN_2));
        refused(half, outer ? UP : DOWN, outer ? DOWN : UP);
    }

    @Test
    void oneHalfTwice() {
        Path twice = graph.adapter("twice", COMPONENT, factor(DOWN, DOWN_2), factor(DOWN, DOWN_2), factor(UP, UP_2));
        refused(twice, DOWN, "twice");
    }
}
