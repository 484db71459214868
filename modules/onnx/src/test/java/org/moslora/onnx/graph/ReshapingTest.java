package org.moslora.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.moslora.onnx.graph.GraphTrial.assertAlike;
import static org.moslora.onnx.graph.GraphTrial.made;

import org.junit.jupiter.api.Test;

/** Operators that move numbers move each to where plain loops put it, and what does not fit is refused while a graph is built. */
final class ReshapingTest {
    private final PlainArray x = PlainArray.random(1, 2, 3, 4);

    @Test
    void axesTradePlaces() {
        PlainArray turned = PlainArray.filled(i -> x.at(i[1], i[2], i[0]), 4, 2, 3);
        assertAlike(made(t -> t.ops.transpose(t.known(x), 2, 0, 1)), turned);
        assertAlike(made(t -> t.ops.transpose(t.ops.transpose(t.known(x), 2, 0, 1), 1, 2, 0)), x);
    }

    @Test
    void shapesMayKeepAxesAndTakeTheRest() {
        assertAlike(made(t -> t.ops.reshape(t.known(x), 0, -1)), x.shaped(2, 12));
        assertAlike(made(t -> t.ops.reshape(t.floats(x), 0, 0, 2, 2)), x.shaped(2, 3, 2, 2));
        assertAlike(made(t -> t.ops.reshape(t.floats(PlainArray.random(1, 0, 4)), -1, 4)), PlainArray.random(1, 0, 4));
        assertAlike(
                made(t -> {
                    GraphValue value = t.floats(x);
                    GraphValue shape = t.ops.concat(0, t.ops.sizes(value, 1, 3), t.ops.sizes(value, 0, 1));
                    return t.ops.reshape(value, shape, Axis.of(3), Axis.of(4), Axis.of(2));
                }),
                x.shaped(3, 4, 2));
    }

    @Test
    void axesOfOneAreWhereTheyAreWanted() {
        assertAlike(made(t -> t.ops.unsqueeze(t.known(x), 0, 2, 5)), x.shaped(1, 2, 1, 3, 4, 1));
        assertAlike(made(t -> t.ops.scalar(t.wholes(PlainArray.of(5)))), new PlainArray(new long[0], new double[] {5}));
    }

    @Test
    void partsStandOneBehindTheOther() {
        PlainArray y = PlainArray.random(2, 2, 1, 4);
        PlainArray both = PlainArray.filled(i -> i[1] < 3 ? x.at(i) : y.at(i[0], 0, i[2]), 2, 4, 4);
        assertAlike(made(t -> t.ops.concat(1, t.known(x), t.known(y))), both);
        assertAlike(made(t -> t.ops.concat(-2, t.known(x), t.floats(y))), both);
        PlainArray none = PlainArray.random(3, 2, 0, 4);
        assertAlike(made(t -> t.ops.concat(1, t.floats(none), t.floats(x), t.floats(none))), x);
    }

    @Test
    void stretchesBeginAndEndWhereTheyAreAsked() {
        assertAlike(
                made(t -> t.ops.slice(t.known(x), 1, 1, 3)),
                PlainArray.filled(i -> x.at(i[0], i[1] + 1, i[2]), 2, 2, 4));
        assertAlike(made(t -> t.ops.slice(t.known(x), -1, 0, 1)), PlainArray.filled(i -> x.at(i[0], i[1], 0), 2, 3, 1));
        assertAlike(made(t -> t.ops.slice(t.known(x), 0, 1, 99)), PlainArray.filled(i -> x.at(1, i[1], i[2]), 1, 3, 4));
        assertAlike(made(t -> t.ops.slice(t.known(x), 2, 4, 4)), PlainArray.random(1, 2, 3, 0));
        assertAlike(made(t -> t.ops.from(t.floats(x), 2, 3)), PlainArray.filled(i -> x.at(i[0], i[1], 3), 2, 3, 1));
    }

    @Test
    void whatARunSaysCutsAnAxisInTwo() {
        for (int count = 0; count <= 4; count++) {
            PlainArray said = PlainArray.of(count);
            int own = Math.min(3, count);
            assertAlike(
                    made(t -> t.ops.first(t.floats(x), 1, t.wholes(said))), PlainArray.filled(i -> x.at(i), 2, own, 4));
            assertAlike(
                    made(t -> t.ops.after(t.floats(x), 1, t.wholes(said))),
                    PlainArray.filled(i -> x.at(i[0], i[1] + own, i[2]), 2, 3 - own, 4));
        }
    }

    @Test
    void rowsAreLookedUp() {
        PlainArray table = PlainArray.random(4, 5, 2);
        PlainArray at = PlainArray.of(4, 0, 0, 3, 1, 4).shaped(3, 2);
        PlainArray rows = PlainArray.filled(i -> table.at((int) at.at(i[0], i[1]), i[2]), 3, 2, 2);
        assertAlike(made(t -> t.ops.gather(t.known(table), t.wholes(at))), rows);
        PlainArray nothing = PlainArray.random(1, 0);
        assertAlike(made(t -> t.ops.gather(t.known(table), t.wholes(nothing))), PlainArray.random(1, 0, 2));
    }

    @Test
    void numbersAreCountedBoundedAndFound() {
        assertAlike(made(t -> t.ops.range(t.ops.vector(2L), t.wholes(PlainArray.of(5)))), PlainArray.of(2, 3, 4));
        assertAlike(made(t -> t.ops.range(t.ops.vector(5L), t.wholes(PlainArray.of(5)))), PlainArray.random(1, 0));
        assertAlike(made(t -> t.ops.sizes(t.floats(x), 1, 3)), PlainArray.of(3, 4));
        assertAlike(
                made(t -> t.ops.clipped(t.wholes(PlainArray.of(-9, -2, 0, 3, 4)), -2, 3)),
                PlainArray.of(-2, -2, 0, 3, 3));
        PlainArray ties = PlainArray.of(1, 7, 7, 0, 0, 0, -1, -2, -1).shaped(3, 3);
        assertAlike(made(t -> t.ops.argMax(t.wholes(ties))), PlainArray.of(1, 0, 0));
    }

    @Test
    void oneStandsForMany() {
        PlainArray row = PlainArray.of(1, 2).shaped(1, 2);
        PlainArray shape = PlainArray.of(3, 2, 2);
        assertAlike(
                made(t -> t.ops.expand(t.known(row), t.wholes(shape), Axis.of(3), Axis.unknown(), Axis.of(2))),
                PlainArray.filled(i -> i[2] + 1, 3, 2, 2));
        assertAlike(
                made(t -> t.ops.expand(t.known(row), t.wholes(PlainArray.of(0, 2)), Axis.of(0), Axis.of(2))),
                PlainArray.random(1, 0, 2));
    }

    @Test
    void equalNumbersAreOneConstant() {
        Graph graph = new Graph("constants");
        Operators ops = new Operators(graph);
        assertThat(ops.vector(1L, 2L)).isSameAs(ops.vector(1L, 2L));
        assertThat(ops.vector(1L)).isNotEqualTo(ops.vector(1L, 1L));
        assertThat(ops.vector(0f)).as("bits alike, kinds not").isNotEqualTo(ops.vector(0L));
        assertThat(ops.number(2)).as("a number is no vector").isNotEqualTo(ops.vector(2f));
        assertThat(ops.vector(0f)).as("zeros of either sign").isNotEqualTo(ops.vector(-0f));
        assertThat(graph.skeleton().getInitializerCount()).isEqualTo(8);
    }

    @Test
    void whatDoesNotFitIsToldWithBothShapes() {
        GraphTrial t = new GraphTrial();
        GraphValue three = t.known(PlainArray.random(1, 2, 3));
        GraphValue four = t.known(PlainArray.random(1, 2, 4));
        GraphValue wholes = t.wholes(PlainArray.random(1, 2, 3));
        assertThatThrownBy(() -> t.ops.add(three, four)).hasMessageContainingAll("Add", "[2, 3]", "[2, 4]");
        assertThatThrownBy(() -> t.ops.less(three, four)).hasMessageContainingAll("Less", "[2, 3]", "[2, 4]");
        assertThatThrownBy(() -> t.ops.matMul(three, four)).hasMessageContainingAll("MatMul", "[2, 3]", "[2, 4]");
        assertThatThrownBy(() -> t.ops.times(three, wholes)).hasMessageContainingAll("Mul", "FLOAT", "LONG");
        assertThatThrownBy(() -> t.ops.concat(0, three, wholes)).hasMessageContaining("Concat");
        assertThatThrownBy(() -> t.ops.transpose(three, 0, 1, 2)).hasMessageContaining("Transpose");
        assertThatThrownBy(() -> t.floats(x).size(1)).hasMessageContaining("axis 1 must be known");
    }
}
